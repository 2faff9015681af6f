using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>By what those who have the places of a bound come before a student, under a stable policy. Those of one bound are looked at once, whoever asks.</summary>
internal sealed class PrecedenceCheck(Claim claim, Tally tally)
{
    private Dictionary<Bound, Holders>? holders;

    /// <returns>Empty: somebody was placed there from what was left, or comes after the student.</returns>
    public IReadOnlyList<Precedence> Before(int student, int offer, Bound full)
    {
        var mine = claim.Market.Order.KeyOf(student, offer);
        if (!(holders ??= Gather()).TryGetValue(full, out var there))
        {
            return [];
        }

        if (there.Last > mine)
        {
            return [];
        }

        var position = PositionOf(mine);
        var reasons = new List<Precedence>();
        var alike = there.AtPosition.GetValueOrDefault(position);
        var tied = there.AtScore.GetValueOrDefault((position, ScoreOf(student)));
        AddIf(Precedence.Fixed, there.Pins > 0);
        AddIf(Precedence.Ranking, there.Others > alike);
        AddIf(Precedence.Score, alike > tied);
        AddIf(Precedence.Lottery, tied > 0);
        return reasons;

        void AddIf(Precedence reason, bool holds)
        {
            if (holds)
            {
                reasons.Add(reason);
            }
        }
    }

    private Dictionary<Bound, Holders> Gather()
    {
        var all = new Dictionary<Bound, Holders>();
        for (var s = 0; s < claim.Given.Length; s++)
        {
            if (claim.Given[s] is var offer && offer == Claim.Unplaced)
            {
                continue;
            }

            var key = claim.Market.Order.KeyOf(s, offer);
            foreach (var bound in tally.Over(offer))
            {
                if (!all.TryGetValue(bound, out var there))
                {
                    all.Add(bound, there = new());
                }

                there.Add(key, claim.PinAt[s] != Claim.Unplaced, PositionOf(key), ScoreOf(s));
            }
        }

        return all;
    }

    private double ScoreOf(int student) => claim.Instance.Students[student].Score ?? double.NegativeInfinity;

    private static int PositionOf(long key) => (int)(key >> 32);

    private sealed class Holders
    {
        public long Last { get; private set; } = long.MinValue;

        public int Pins { get; private set; }

        /// <summary>Without the pins.</summary>
        public int Others { get; private set; }

        public Dictionary<int, int> AtPosition { get; } = [];

        public Dictionary<(int Position, double Score), int> AtScore { get; } = [];

        public void Add(long key, bool isPin, int position, double score)
        {
            Last = Math.Max(Last, key);
            if (isPin)
            {
                Pins++;
                return;
            }

            Others++;
            AtPosition[position] = AtPosition.GetValueOrDefault(position) + 1;
            AtScore[(position, score)] = AtScore.GetValueOrDefault((position, score)) + 1;
        }
    }
}
