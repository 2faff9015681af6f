using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Rankings;

/// <summary>One order of applicants as it was submitted; changed only where somebody in it is erased.</summary>
public sealed class HostRankingVersion
{
    private HostRankingVersion() => Applicants = RankedApplicants.Empty;

    internal HostRankingVersion(int number, DateTimeOffset submittedAt, PersonId submittedBy, RankedApplicants applicants)
    {
        Number = number;
        SubmittedAt = submittedAt;
        SubmittedBy = submittedBy;
        Applicants = applicants;
    }

    /// <summary>From 1.</summary>
    public int Number { get; private set; }

    public DateTimeOffset SubmittedAt { get; private set; }

    public PersonId SubmittedBy { get; private set; }

    public RankedApplicants Applicants { get; private set; }

    internal void EraseReasonOf(StudentId student) => Applicants = Applicants.WithoutReasonOf(student);
}
