namespace WutAmu.Placement.Domain.Campaigns;

/// <summary>What is matched: one engine, one set of pages, two vocabularies.</summary>
public enum Track
{
    /// <summary>Master students and internship topics in laboratories.</summary>
    MasterInternship,

    /// <summary>Bachelor students and seats in study programmes.</summary>
    BachelorStudy,
}
