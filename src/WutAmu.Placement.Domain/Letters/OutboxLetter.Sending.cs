using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Letters;

/// <summary>How a letter is sent: claimed under a lease, answered by the server for each address, tried again or ended.</summary>
public sealed partial class OutboxLetter
{
    /// <summary>The words of an attempt that ended with the service: nobody said anything.</summary>
    private const string NoWords = "";

    /// <summary>Nothing lets a letter wait longer: not a hold, not a reader's night, not the pause between two attempts.</summary>
    public static TimeSpan LongestWait => Campaigns.Campaign.MaxLetterHold;

    /// <summary>The clock was far ahead when it was queued or tried, and has been set back: a hold and the pause after an attempt begin anew, whatever else it waited for is over.</summary>
    /// <param name="notBefore">Until then what it tells of is held back; null: nothing holds it.</param>
    /// <returns>False unless its next attempt is farther away than <see cref="LongestWait"/>.</returns>
    public bool WaitAnew(DateTimeOffset now, DateTimeOffset? notBefore = null)
    {
        if (State != LetterState.Queued || !(NextAttemptAt > now + LongestWait))
        {
            return false;
        }

        var wait = FirstTriedAt is not null ? RetrySchedule.AfterAttempt(ThisTime.Select(attempt => attempt.Attempt).Distinct().Count())
            : CreatedAt > now ? NextAttemptAt.Value - CreatedAt
            : TimeSpan.Zero;
        var next = now + (wait < LongestWait ? wait : LongestWait);
        NextAttemptAt = notBefore > next ? notBefore : next;
        CountFromNow(now);
        Version++;
        return true;
    }

    /// <summary>The clock was far ahead when it was claimed, and has been set back: whoever sends it has one lease more.</summary>
    /// <param name="lease">Longer than anybody sends.</param>
    /// <returns>False unless its lease ends later than <see cref="LongestWait"/> from now.</returns>
    public bool LeaseAnew(DateTimeOffset now, TimeSpan lease)
    {
        if (State != LetterState.Sending || !(LeaseUntil > now + LongestWait))
        {
            return false;
        }

        LeaseUntil = now + lease;
        Version++;
        return true;
    }

    /// <summary>Takes it under a lease. A lease that lapsed belongs to a service that stopped while sending: that attempt is recorded as unknown.</summary>
    /// <returns>False if there is nothing to claim at <paramref name="now"/>.</returns>
    public bool Claim(Guid owner, DateTimeOffset now, TimeSpan lease)
    {
        var lapsed = State == LetterState.Sending && LeaseUntil < now;
        if (!lapsed && !(State == LetterState.Queued && NextAttemptAt <= now))
        {
            return false;
        }

        CountFromNow(now);
        if (lapsed)
        {
            Note([.. Waiting.Select(to => new RecipientAnswer(to, AttemptOutcome.Unknown, NoWords))], now);
        }

        State = LetterState.Sending;
        LeaseOwner = owner;
        LeaseUntil = now + lease;
        Version++;
        return true;
    }

    /// <summary>Records what the server said about each address it was asked about.</summary>
    /// <returns>False, and nothing recorded, if the lease is not <paramref name="owner"/>'s: it lapsed and somebody else sends the letter now.</returns>
    public bool Answer(Guid owner, IReadOnlyList<RecipientAnswer> answers, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(answers);
        if (!IsOwn(owner))
        {
            return false;
        }

        CountFromNow(now);
        Note(answers, now);
        foreach (var answer in answers)
        {
            var mayPass = ThisTime.Count(attempt => attempt.Outcome == AttemptOutcome.Limited && attempt.To == answer.To) <= RetrySchedule.LimitedAtMost;
            Set(answer.To, answer.Outcome switch
            {
                AttemptOutcome.Accepted => RecipientState.Accepted,
                AttemptOutcome.Refused => RecipientState.Refused,
                AttemptOutcome.Limited when !mayPass => RecipientState.Refused,
                _ => RecipientState.Waiting,
            });
        }

        // The end of the service is not the server's silence: it does not count here.
        if (ThisTime.Where(attempt => attempt is { Outcome: AttemptOutcome.Unknown, Words: not NoWords }).Select(attempt => attempt.Attempt).Distinct().Count() >= RetrySchedule.UnansweredAtMost)
        {
            GiveUpWaiting();
        }

        Settle(now);
        return true;
    }

    /// <summary>Gives a claimed letter back untried, for example on shutdown.</summary>
    /// <returns>False if the lease is not <paramref name="owner"/>'s.</returns>
    public bool Release(Guid owner)
    {
        if (!IsOwn(owner))
        {
            return false;
        }

        State = LetterState.Queued;
        LeaseOwner = null;
        LeaseUntil = null;
        Version++;
        return true;
    }

    /// <summary>Ends a claimed letter whose time is over.</summary>
    /// <returns>False if its time is not over, or the lease is not <paramref name="owner"/>'s.</returns>
    public bool Expire(Guid owner, DateTimeOffset now)
    {
        if (!IsOwn(owner) || NotAfter is not { } limit || now <= limit)
        {
            return false;
        }

        End(LetterState.Expired, now);
        return true;
    }

    /// <summary>Gives a claimed letter that leaves by day back until the morning, if it is night where its reader is.</summary>
    /// <param name="zone">The reader's.</param>
    /// <returns>False if it may leave now, or the lease is not <paramref name="owner"/>'s.</returns>
    public bool WaitForDay(Guid owner, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (!ByDay || Daytime.Holds(now, zone) || !Release(owner))
        {
            return false;
        }

        NextAttemptAt = Daytime.From(now, zone);
        return true;
    }

    /// <summary>It left before a restore, and what its reader was told later is lost: it leaves once more, as a letter of its own.</summary>
    /// <param name="round">The first <see cref="Round"/> that still tells the truth.</param>
    public void LeaveAnew(int round)
    {
        Round = round;
        Version++;
    }

    /// <summary>What is known from elsewhere (the relay journal, or a coordinator): the server has it.</summary>
    /// <param name="accepted">Which of its addresses.</param>
    /// <returns>Problem <c>letter.ended</c> unless it waits or is being sent.</returns>
    public Result<Done> IsKnownAccepted(IReadOnlyList<EmailAddress> accepted, string words, DateTimeOffset at, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        if (State is not (LetterState.Queued or LetterState.Sending))
        {
            return new Problem("letter.ended");
        }

        Note([.. accepted.Select(to => new RecipientAnswer(to, AttemptOutcome.Accepted, words))], at);
        foreach (var to in accepted)
        {
            Set(to, RecipientState.Accepted);
        }

        Settle(now);
        return default(Done);
    }

    /// <summary>Attempts since it was queued, or queued again.</summary>
    private IEnumerable<LetterAttempt> ThisTime => attempts.Where(attempt => attempt.At >= FirstTriedAt);

    private bool IsOwn(Guid owner) => State == LetterState.Sending && LeaseOwner == owner;

    private void Set(EmailAddress to, RecipientState state)
    {
        if (to == To)
        {
            ToState = state;
        }

        if (to == Copy)
        {
            CopyState = state;
        }
    }

    /// <summary>A first attempt by a clock that was ahead: the retry period would begin there, and no attempt before it count.</summary>
    private void CountFromNow(DateTimeOffset now) => FirstTriedAt = FirstTriedAt > now ? now : FirstTriedAt;

    private void GiveUpWaiting()
    {
        foreach (var to in Waiting)
        {
            Set(to, RecipientState.GivenUp);
        }
    }

    private void Note(IReadOnlyList<RecipientAnswer> answers, DateTimeOffset at)
    {
        var attempt = AttemptCount + 1;
        FirstTriedAt ??= at;
        foreach (var answer in answers)
        {
            attempts.Add(new(attempts.Count + 1, attempt, at, answer));
            ServerWords = answer.Words.Length > 0 ? answer.Words : ServerWords;
        }
    }

    /// <summary>Ends the letter if nobody waits any more; else it is queued for its next attempt, or given up.</summary>
    private void Settle(DateTimeOffset now)
    {
        var next = now + RetrySchedule.AfterAttempt(ThisTime.Select(attempt => attempt.Attempt).Distinct().Count());
        if (FirstTriedAt is { } first && next > first + RetrySchedule.GiveUpAfter)
        {
            GiveUpWaiting();
        }

        if (ToState == RecipientState.Waiting || CopyState == RecipientState.Waiting)
        {
            State = LetterState.Queued;
            LeaseOwner = null;
            LeaseUntil = null;
            NextAttemptAt = next;
            Version++;
            return;
        }

        RecipientState?[] states = [ToState, CopyState];
        End(
            states.Contains(RecipientState.Accepted) ? LetterState.Accepted : states.Contains(RecipientState.Refused) ? LetterState.Refused : LetterState.GivenUp,
            now);
    }
}
