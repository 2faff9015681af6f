namespace WutAmu.Placement.Domain.Campaigns;

/// <summary>Something a coordinator should know before a campaign goes on.</summary>
/// <param name="Problem">Its sentence; the code names the item.</param>
/// <param name="Blocks">True: the campaign does not go on by itself at its deadline, and a coordinator goes on only with a reason. False: to know, no more.</param>
public sealed record ReadinessItem(Problem Problem, bool Blocks);
