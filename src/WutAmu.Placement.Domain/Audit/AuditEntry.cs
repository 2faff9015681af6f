using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Audit;

/// <summary>Who did what, when, why. Append-only; each entry's hash covers the one before it.</summary>
public sealed class AuditEntry
{
    private static long unsaved;

    private AuditEntry() => Action = Subject = PreviousHash = Hash = "";

    /// <param name="by">Null: the service itself (a deadline, a sweeper).</param>
    /// <param name="action">Code, for example <c>run.started</c>.</param>
    /// <param name="subject">Id of what it was done to.</param>
    /// <param name="detail">Ids, counts and figures; no names or wishes. Null: nothing more to say.</param>
    /// <param name="reason">Why, in the actor's words; null where none is asked.</param>
    public AuditEntry(DateTimeOffset at, PersonId? by, CampaignId? campaign, string action, string subject, string? detail = null, string? reason = null)
    {
        Sequence = Interlocked.Decrement(ref unsaved);
        At = at;
        By = by;
        Campaign = campaign;
        Action = action;
        Subject = subject;
        Detail = detail;
        Reason = reason;
        PreviousHash = Hash = "";
        if (reason is not null)
        {
            ReasonSalt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            ReasonHash = HashReason();
        }
    }

    /// <summary>From 1, without gaps; until it is saved a negative number of its own, so that several may be written at once.</summary>
    public long Sequence { get; private set; }

    public DateTimeOffset At { get; private set; }

    public PersonId? By { get; private set; }

    public CampaignId? Campaign { get; private set; }

    public string Action { get; private set; }

    public string Subject { get; private set; }

    public string? Detail { get; private set; }

    public string? Reason { get; private set; }

    /// <summary>Random, kept as long as <see cref="Reason"/>; null: no reason, or it was erased, or the entry is older than this member.</summary>
    public string? ReasonSalt { get; private set; }

    /// <summary>SHA-256, lower-case hexadecimal, of salt and reason; what <see cref="Hash"/> covers, so that a reason that names somebody can be erased and the chain still holds.</summary>
    public string? ReasonHash { get; private set; }

    public bool IsReasonErased => ReasonHash is not null && Reason is null;

    /// <summary>Hash of the entry before; empty for the first.</summary>
    public string PreviousHash { get; private set; }

    /// <summary>SHA-256, lower-case hexadecimal, of all other members but <see cref="ReasonSalt"/>; of <see cref="ReasonHash"/> in the place of the reason where there is one.</summary>
    public string Hash { get; private set; }

    /// <summary>Takes its place in the chain; called once, when it is saved.</summary>
    public void Chain(long sequence, string previousHash, DateTimeOffset at)
    {
        Sequence = sequence;
        PreviousHash = previousHash;
        At = at;
        Hash = ComputeHash();
    }

    /// <summary>True if the entry is what was hashed, an erased reason apart.</summary>
    public bool IsIntact() => Hash == ComputeHash() && (ReasonHash is null || Reason is null || ReasonHash == HashReason());

    /// <summary>Drops a reason that names somebody who is erased; the entry stays what was hashed.</summary>
    /// <returns>False if the entry is older than <see cref="ReasonHash"/>: its hash covers the words themselves, and they stay.</returns>
    public bool EraseReason()
    {
        if (ReasonHash is null)
        {
            return false;
        }

        (Reason, ReasonSalt) = (null, null);
        return true;
    }

    private string HashReason() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{ReasonSalt}:{Reason}")));

    private string ComputeHash()
    {
        // Length-prefixed, so that no two different entries give the same text.
        var text = new StringBuilder();
        foreach (var part in (ReadOnlySpan<string?>)[
            Sequence.ToString(CultureInfo.InvariantCulture),
            At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            By?.ToString(),
            Campaign?.ToString(),
            Action,
            Subject,
            Detail,
            ReasonHash ?? Reason,
            PreviousHash,
        ])
        {
            text.Append(CultureInfo.InvariantCulture, $"{part?.Length ?? -1}:{part};");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
