namespace WutAmu.Placement.Domain.Matching;

/// <param name="Sentence">One English sentence.</param>
/// <param name="Source">Where the field defines it.</param>
/// <param name="Strategyproof">True: no student can gain by ranking other than truthfully, as long as nothing has a minimum of places.</param>
public sealed record PolicyDescription(string Name, string Sentence, string Source, bool Strategyproof);
