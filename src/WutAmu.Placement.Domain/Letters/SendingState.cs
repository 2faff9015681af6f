using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Letters;

/// <summary>Whether letters leave at all, one row: paused by a coordinator or a restore; and what keeps the mail server from being used, if anything does.</summary>
public sealed class SendingState
{
    public const int OnlyId = 1;

    public const int MaxReasonLength = 500;

    public SendingState()
    {
        Id = OnlyId;
    }

    public int Id { get; private set; }

    /// <summary>Null: letters leave.</summary>
    public PauseCause? Paused { get; private set; }

    /// <summary>The coordinator's words; null after a restore.</summary>
    public string? Reason { get; private set; }

    public DateTimeOffset? PausedAt { get; private set; }

    public PersonId? PausedBy { get; private set; }

    /// <summary>What the mail server said, or what went wrong, when it could not be used: no letter's or recipient's fault. Null: nothing is wrong that is known.</summary>
    public string? Trouble { get; private set; }

    public DateTimeOffset? TroubleSince { get; private set; }

    /// <summary>Failures in a row.</summary>
    public int TroubleCount { get; private set; }

    /// <summary>The mail server is left alone until then; null: no trouble.</summary>
    public DateTimeOffset? TryAgainAt { get; private set; }

    public int Version { get; private set; }

    /// <returns>Problem <c>sending.paused</c> if it is paused already, <c>sending.reason</c> without a reason, or with one longer than <see cref="MaxReasonLength"/>.</returns>
    public Result<Done> Pause(string? reason, PersonId by, DateTimeOffset now)
    {
        if (Paused is not null)
        {
            return new Problem("sending.paused");
        }

        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReasonLength)
        {
            return Problem.On("reason", "sending.reason", MaxReasonLength);
        }

        (Paused, Reason, PausedAt, PausedBy) = (PauseCause.Coordinator, SingleLine.Clean(reason), now, by);
        Version++;
        return default(Done);
    }

    /// <summary>A restore pauses whatever was before.</summary>
    public void PauseAfterRestore(DateTimeOffset now)
    {
        (Paused, Reason, PausedAt, PausedBy) = (PauseCause.Restored, null, now, null);
        Version++;
    }

    /// <returns>Problem <c>sending.not-paused</c>.</returns>
    public Result<Done> Resume()
    {
        if (Paused is null)
        {
            return new Problem("sending.not-paused");
        }

        (Paused, Reason, PausedAt, PausedBy) = (null, null, null, null);
        Version++;
        return default(Done);
    }

    /// <summary>The mail server could not be used; it is left alone for a while (<see cref="RetrySchedule.AfterTrouble"/>).</summary>
    public void Stumble(string words, DateTimeOffset now)
    {
        TroubleCount++;
        Trouble = words;
        TroubleSince ??= now;
        TryAgainAt = now + RetrySchedule.AfterTrouble(TroubleCount);
        Version++;
    }

    /// <summary>The mail server works.</summary>
    public void Recover()
    {
        (Trouble, TroubleSince, TroubleCount, TryAgainAt) = (null, null, 0, null);
        Version++;
    }

    /// <summary>The mail server is to be tried now; what was wrong stays said until it works.</summary>
    public void TryNow(DateTimeOffset now)
    {
        if (Trouble is not null)
        {
            TryAgainAt = now;
            Version++;
        }
    }

    /// <summary>The clock was far ahead when it stumbled, and has been set back: it is left alone as long as then.</summary>
    /// <returns>False unless the next try is farther away than <see cref="RetrySchedule.LongestTrouble"/>.</returns>
    public bool WaitAnew(DateTimeOffset now)
    {
        if (!(TryAgainAt > now + RetrySchedule.LongestTrouble))
        {
            return false;
        }

        TryAgainAt = now + RetrySchedule.AfterTrouble(TroubleCount);
        TroubleSince = TroubleSince > now ? now : TroubleSince;
        Version++;
        return true;
    }

    /// <summary>Whether a letter may leave at <paramref name="now"/>.</summary>
    /// <param name="kind">
    /// Sign-in codes leave during a pause, or nobody could sign in to end it; and they try a server in trouble after a minute at most: a code is worth nothing after ten.
    /// </param>
    public bool Allows(LetterKind kind, DateTimeOffset now) =>
        kind == LetterKind.SignIn ? !(TryAgainAt - Beyond(RetrySchedule.AfterTrouble(TroubleCount)) > now) : Paused is null && !(TryAgainAt > now);

    private static TimeSpan Beyond(TimeSpan wait) => wait > RetrySchedule.SignInWaitsAtMost ? wait - RetrySchedule.SignInWaitsAtMost : TimeSpan.Zero;
}
