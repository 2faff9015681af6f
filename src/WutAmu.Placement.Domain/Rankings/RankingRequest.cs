namespace WutAmu.Placement.Domain.Rankings;

/// <summary>One press of a button, or one autosave.</summary>
/// <param name="Key">Made once by the page; the same when the request is sent again because its answer was lost.</param>
/// <param name="Version">Of the list it was made from.</param>
public sealed record RankingRequest(Guid Key, int Version);

/// <summary>A request that was carried out, kept so that it is not carried out twice.</summary>
/// <param name="Content">Digest of what was asked: the same key with another content is another request.</param>
/// <param name="Version">What the list's version became.</param>
/// <param name="Submitted">Number of the version it submitted; 0: it saved a draft.</param>
public sealed record AppliedRequest(Guid Key, string Content, int Version, int Submitted);
