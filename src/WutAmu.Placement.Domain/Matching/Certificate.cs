using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>What <c>verify</c> needs to check a claim of optimality without a solver.</summary>
/// <remarks>
/// <para><b>Kind <c>prices</c></b> (flow policies). The network: each student sends one unit to the root, over an offer
/// (cost of that choice), its supervisor if any, its host; or straight to the root (unplaced). Offers, supervisors and hosts
/// bound the flow through them by their min and max (<c>opening: always</c>). A pinned student has only the pinned arc. A phase states one objective, or
/// several packed in one integer weight, to be minimised; it gives a price π for every offer, supervisor and host (absent = 0; the
/// root is 0): what reaching the root from there costs at the margin. Reduced cost of an arc u → v of weight w is
/// w + π(v) − π(u). Taken over all phases in order, the vector of reduced costs must be lexicographically ≥ 0 where the flow can grow
/// and ≤ 0 where it can shrink; a student's own price is the lexicographic minimum over their arcs of w + π(offer). This is
/// complementary slackness of the lexicographic linear programme (Ahuja, Magnanti, Orlin 1993, ch. 9): it proves the lexicographic
/// optimum of all phases, in time linear in the number of choices times phases.</para>
/// <para><b>Packing.</b> Levels c1..ck of one phase are packed as ((c1 · radix) + c2) · radix + ..., where
/// radix &gt; number of students, so that the order of totals is the lexicographic order of the counts. A phase of one level has radix 1.</para>
/// <para><b>Kind <c>stable</c></b>: nothing more is needed. <b>Kind <c>serial</c></b>: nothing more is needed (with <c>keep-published</c>, a phase for "moved"): the verifier searches the residual network in the order of service.
/// <b>Kind <c>search</c></b>: levels rest on a complete search (CP-SAT). Phases prove the first of them, as far as they are what the instance
/// without quotas, together, apart and if-open minima allows, on the network of that instance.</para>
/// <para><b>Quotas that nest.</b> One that counts every student at exactly the offers of one host, of one supervisor, or at one offer is a bound of that node in every network here (of the lowest
/// such node); with a minimum, a host or offer that opens only with some must be open. Where all quotas nest, the kind is that of an instance without quotas; <c>search</c> is accepted, too.</para>
/// </remarks>
public sealed record Certificate
{
    /// <summary><c>prices</c>, <c>stable</c>, <c>serial</c> or <c>search</c>.</summary>
    public required string Kind { get; init; }

    public ImmutableArray<CertificatePhase> Phases { get; init; } = [];

    /// <summary>
    /// For level <c>worst-rank</c> of value k &gt; 1: prices on the network without choices of rank ≥ k whose dual value proves that
    /// the levels above could not be reached (or that the minima could not be met). Null where the level is absent, k ≤ 1, or k is the rank of a pin.
    /// The dual value Σ over students of min over arcs (w + π) + Σ over capacity arcs of min(min·rc, max·rc), with w = 1 on "unplaced", bounds the number of unplaced
    /// students from below for any integer prices. With <c>keep-published</c>, w packs "unplaced" and "moved" with radix students + 1.
    /// </summary>
    public CertificatePhase? WorstRank { get; init; }

    /// <summary>
    /// For level <c>worst-rank</c>: prices on the whole network whose dual value, with the same w, proves that the levels above it are the best of all matchings and not
    /// only of those without ranks over k. Null where the level is absent.
    /// </summary>
    public CertificatePhase? AboveWorstRank { get; init; }
}

/// <param name="Levels">Objectives packed in this phase, most important first; the names of <see cref="Level.Objective"/>.</param>
/// <param name="Radix">Base of the packing; 1 for a single level.</param>
/// <param name="Offers">Prices by offer id; an absent id has price 0.</param>
/// <param name="Supervisors">Prices by supervisor id.</param>
/// <param name="Hosts">Prices by host id.</param>
public sealed record CertificatePhase(
    ImmutableArray<string> Levels,
    long Radix,
    IReadOnlyDictionary<string, long> Offers,
    IReadOnlyDictionary<string, long> Supervisors,
    IReadOnlyDictionary<string, long> Hosts);
