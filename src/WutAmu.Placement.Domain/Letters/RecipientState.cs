namespace WutAmu.Placement.Domain.Letters;

/// <summary>How far a letter is for one of its addresses.</summary>
public enum RecipientState
{
    Waiting,
    Accepted,
    Refused,
    GivenUp,
}
