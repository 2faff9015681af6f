namespace WutAmu.Placement.Web.Mail;

/// <summary>Keeps letters to one domain apart, where <c>Mail:LettersPerMinuteAndDomain</c> asks for it.</summary>
internal sealed class DomainPace(int lettersPerMinute)
{
    private readonly Dictionary<string, DateTimeOffset> next = new(StringComparer.Ordinal);

    private TimeSpan Interval => lettersPerMinute == 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(1) / lettersPerMinute;

    public bool Allows(IEnumerable<string> domains, DateTimeOffset now) => domains.All(domain => !(next.TryGetValue(domain, out var from) && HoldsBack(from, now)));

    public void Sent(IEnumerable<string> domains, DateTimeOffset now)
    {
        if (lettersPerMinute == 0)
        {
            return;
        }

        foreach (var domain in domains)
        {
            next[domain] = now + Interval;
        }
    }

    /// <summary>When the next domain is free again; null: none is held back.</summary>
    public DateTimeOffset? FreeAt(DateTimeOffset now) => next.Values.Where(from => HoldsBack(from, now)).Cast<DateTimeOffset?>().Min();

    // An instant farther away than the interval was noted by a clock that has been set back since.
    private bool HoldsBack(DateTimeOffset from, DateTimeOffset now) => from > now && from <= now + Interval;
}
