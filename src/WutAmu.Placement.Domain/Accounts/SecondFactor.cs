using System.Collections.Immutable;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Accounts;

/// <summary>A coordinator's or operator's second factor: a secret shared with their telephone (RFC 6238), and recovery codes for the day it is lost.</summary>
public sealed class SecondFactor
{
    /// <summary>So many wrong codes in a row close the factor for <see cref="Pause"/>.</summary>
    public const int MaxFailures = 5;

    public const int RecoveryCodeCount = 10;

    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);

    private SecondFactor() => ProtectedSecret = "";

    /// <param name="protectedSecret">The secret, encrypted.</param>
    /// <param name="step">The time step of the code that confirmed it: that code is used up.</param>
    /// <param name="recoveryHashes">Of the ten recovery codes.</param>
    public SecondFactor(PersonId person, string protectedSecret, long step, ImmutableArray<string> recoveryHashes, DateTimeOffset now)
    {
        Person = person;
        ProtectedSecret = protectedSecret;
        LastStep = step;
        RecoveryHashes = recoveryHashes;
        EnrolledAt = now;
    }

    public PersonId Person { get; private set; }

    public string ProtectedSecret { get; private set; }

    public DateTimeOffset EnrolledAt { get; private set; }

    /// <summary>Time step of the newest accepted code; a code of this step or an earlier one is a replay.</summary>
    public long LastStep { get; private set; }

    /// <summary>Hashes of the recovery codes not used yet.</summary>
    public ImmutableArray<string> RecoveryHashes { get; private set; } = [];

    /// <summary>Wrong codes since the last right one.</summary>
    public int Failures { get; private set; }

    /// <summary>Nothing is accepted before this instant; null: open.</summary>
    public DateTimeOffset? ClosedUntil { get; private set; }

    public int Version { get; private set; }

    public bool IsClosed(DateTimeOffset now) => now < ClosedUntil;

    /// <param name="step">Time step in which the typed code was right; null: in none.</param>
    /// <returns>Problem <c>factor.closed</c> (until when), <c>factor.wrong</c> or <c>factor.replayed</c>. All three change the row and are to be saved.</returns>
    public Result<Done> Accept(long? step, DateTimeOffset now)
    {
        if (IsClosed(now))
        {
            return new Problem("factor.closed");
        }

        if (step is { } found && found <= LastStep)
        {
            // A right code seen a second time is read over somebody's shoulder, or a double click: refused, not counted as a guess.
            return new Problem("factor.replayed");
        }

        if (step is not { } right)
        {
            return Miss(now);
        }

        LastStep = right;
        return Hit();
    }

    /// <returns>Problem <c>factor.closed</c> or <c>factor.wrong</c>.</returns>
    public Result<Done> Recover(string hash, DateTimeOffset now)
    {
        if (IsClosed(now))
        {
            return new Problem("factor.closed");
        }

        if (!RecoveryHashes.Contains(hash, StringComparer.Ordinal))
        {
            return Miss(now);
        }

        RecoveryHashes = RecoveryHashes.Remove(hash, StringComparer.Ordinal);
        return Hit();
    }

    /// <summary>New recovery codes; the old ones are worth nothing.</summary>
    public void RenewRecovery(ImmutableArray<string> hashes)
    {
        RecoveryHashes = hashes;
        Version++;
    }

    /// <summary>Another telephone, with the old one at hand.</summary>
    public void Replace(string protectedSecret, long step, ImmutableArray<string> recoveryHashes, DateTimeOffset now)
    {
        ProtectedSecret = protectedSecret;
        LastStep = step;
        RecoveryHashes = recoveryHashes;
        EnrolledAt = now;
        Version++;
    }

    private Result<Done> Hit()
    {
        Failures = 0;
        ClosedUntil = null;
        Version++;
        return default(Done);
    }

    private Problem Miss(DateTimeOffset now)
    {
        Version++;
        if (++Failures >= MaxFailures)
        {
            Failures = 0;
            ClosedUntil = now + Pause;
            return new Problem("factor.closed");
        }

        return new Problem("factor.wrong");
    }
}
