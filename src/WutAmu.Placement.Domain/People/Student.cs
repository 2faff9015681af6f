using WutAmu.Placement.Domain.Campaigns;

namespace WutAmu.Placement.Domain.People;

/// <summary>A person's part as a student in one campaign.</summary>
public sealed class Student
{
    /// <summary>Most characters of <see cref="Motivation"/>.</summary>
    public const int MaxMotivationLength = 2000;

    private Student()
    {
        Code = Programme = "";
    }

    public Student(StudentId id, CampaignId campaign, PersonId person, string code, string programme, double? score)
    {
        Id = id;
        Campaign = campaign;
        Person = person;
        Code = code;
        Programme = programme;
        Score = score;
    }

    public StudentId Id { get; private set; }

    public CampaignId Campaign { get; private set; }

    public PersonId Person { get; private set; }

    /// <summary>The institute's number of the student, unique in the campaign; their id in the sealed instance.</summary>
    public string Code { get; private set; }

    /// <summary>Code of the double degree the student is enrolled in.</summary>
    public string Programme { get; private set; }

    /// <summary>Higher is better; null: none given.</summary>
    public double? Score { get; private set; }

    /// <summary>What the hosts who rank applicants may read; null until written.</summary>
    public string? Motivation { get; private set; }

    /// <summary>True: any offer that admits the student will do if no choice can be had.</summary>
    public bool UnrankedAcceptable { get; private set; }

    /// <summary>When the student left the campaign; null: takes part.</summary>
    public DateTimeOffset? WithdrawnAt { get; private set; }

    public int Version { get; private set; }

    public void Enrol(string programme, double? score)
    {
        Programme = programme;
        Score = score;
        Version++;
    }

    public void AcceptUnranked(bool acceptable)
    {
        UnrankedAcceptable = acceptable;
        Version++;
    }

    public void Motivate(string? motivation)
    {
        Motivation = string.IsNullOrWhiteSpace(motivation) ? null : motivation.ReplaceLineEndings("\n").Trim();
        Version++;
    }

    /// <summary>Drops the words and the score; number and programme stay, for sealed instances name them.</summary>
    public void Erase()
    {
        Motivation = null;
        Score = null;
        Version++;
    }

    public void Withdraw(DateTimeOffset now)
    {
        WithdrawnAt ??= now;
        Version++;
    }
}
