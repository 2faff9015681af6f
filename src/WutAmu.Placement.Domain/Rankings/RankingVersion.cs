namespace WutAmu.Placement.Domain.Rankings;

/// <summary>One list as it was submitted; never changed.</summary>
public sealed class RankingVersion
{
    private RankingVersion() => Choices = RankedChoices.Empty;

    internal RankingVersion(int number, DateTimeOffset submittedAt, RankedChoices choices, bool anyOther)
    {
        Number = number;
        SubmittedAt = submittedAt;
        Choices = choices;
        AnyOther = anyOther;
    }

    /// <summary>From 1.</summary>
    public int Number { get; private set; }

    public DateTimeOffset SubmittedAt { get; private set; }

    public RankedChoices Choices { get; private set; }

    /// <summary>True: the student said that any other offer will do if none of these can be had.</summary>
    public bool AnyOther { get; private set; }
}
