using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Benchmarks;

/// <param name="Policies">Empty: all.</param>
internal sealed record Settings(ImmutableArray<int> Sizes, ImmutableArray<PolicyName> Policies, bool Peers, int CbcUpTo);
