using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Rankings;

/// <summary>A student's list in one campaign: a draft being edited, and every version submitted. The last submitted one stays in force until a new one is submitted.</summary>
public sealed class Ranking
{
    /// <summary>Most characters of a note to self.</summary>
    public const int MaxNoteLength = 500;

    /// <summary>How many drafts can be taken back, and how many requests are recognised when they come again.</summary>
    public const int Remembered = 30;

    private readonly List<RankingVersion> versions = [];

    private Ranking() => Draft = RankedChoices.Empty;

    public Ranking(RankingId id, CampaignId campaign, StudentId student)
    {
        Id = id;
        Campaign = campaign;
        Student = student;
        Draft = RankedChoices.Empty;
    }

    public RankingId Id { get; private set; }

    public CampaignId Campaign { get; private set; }

    public StudentId Student { get; private set; }

    public RankedChoices Draft { get; private set; }

    /// <summary>Earlier drafts, the latest last; saving the last of them again is "undo".</summary>
    public IReadOnlyList<RankedChoices> Past { get; private set; } = [];

    /// <summary>Drafts that were taken back, the next one last; saving the last of them again is "redo".</summary>
    public IReadOnlyList<RankedChoices> Future { get; private set; } = [];

    /// <summary>Notes to self by offer id; seen by nobody else.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; private set; } = new Dictionary<string, string>();

    public DateTimeOffset? DraftSavedAt { get; private set; }

    /// <summary>The last requests carried out.</summary>
    public IReadOnlyList<AppliedRequest> Applied { get; private set; } = [];

    public IReadOnlyList<RankingVersion> Versions => versions;

    /// <summary>In force; null: nothing submitted.</summary>
    public RankingVersion? Submitted => versions.Count == 0 ? null : versions[^1];

    /// <summary>True if the draft is not what was last submitted.</summary>
    public bool HasUnsubmittedChanges => Submitted is null ? Draft.Count > 0 : !Submitted.Choices.Equals(Draft);

    /// <summary>Rises with every save or submission; a form carries the one it was drawn from.</summary>
    public int Version { get; private set; }

    /// <summary>True if the draft, a draft that can be brought back, or a submitted version names it; it may stay in the list whatever becomes of the offer.</summary>
    public bool Names(OfferId offer) => Draft.RankOf(offer) is not null || Past.Concat(Future).Concat(versions.Select(version => version.Choices)).Any(list => list.RankOf(offer) is not null);

    public string? NoteOn(OfferId offer) => Notes.GetValueOrDefault(offer.ToString());

    /// <summary>
    /// Replaces the draft. The one before can be taken back; saving exactly the last of <see cref="Past"/> or <see cref="Future"/> is that undo or redo. A
    /// request that was carried out before changes nothing, and one that says what is stored already is no conflict.
    /// </summary>
    /// <param name="notes">By offer; empty text removes a note, offers not named keep theirs. A note on what neither this list nor an earlier one names is dropped: it would be shown nowhere.</param>
    /// <param name="besides">What the same form changes besides the list and its notes, as text, so that it is judged by the same version; null: nothing.</param>
    /// <param name="listable">Offers that may be added; what the draft, an earlier draft or a submitted version names may stay in any case.</param>
    /// <returns>The list's version after this request; or problem <c>ranking.closed</c>, <c>ranking.stale</c>, <c>ranking.duplicate</c>, <c>ranking.too-long</c>, <c>ranking.ties</c>, <c>ranking.not-open</c>, <c>ranking.note-too-long</c>.</returns>
    public Result<int> SaveDraft(
        RankedChoices choices, IReadOnlyDictionary<OfferId, string> notes, RankingRequest request, Campaign campaign, IReadOnlySet<OfferId> listable, DateTimeOffset now, string? besides = null)
    {
        var content = besides is null ? Digest("draft", choices.ToText(), Flatten(notes)) : Digest("draft", choices.ToText(), Flatten(notes), besides);
        if (Find(request.Key, content) is { } before)
        {
            return before.Version;
        }

        if (!campaign.AcceptsRankings(now))
        {
            return new Problem("ranking.closed");
        }

        var merged = Merge(notes.Where(note => choices.RankOf(note.Key) is not null || Names(note.Key)));
        if (besides is null && choices.ToText() == Draft.ToText() && Flatten(merged) == Flatten(Notes))
        {
            return Version;
        }

        if (request.Version != Version)
        {
            return new Problem("ranking.stale");
        }

        if (Check(choices, campaign, listable) is { } problem)
        {
            return problem;
        }

        if (merged.Values.Any(note => note.Length > MaxNoteLength))
        {
            return Problem.Of("ranking.note-too-long", MaxNoteLength);
        }

        Replace(choices);
        Notes = merged;
        DraftSavedAt = now;
        Version++;
        Remember(new(request.Key, content, Version, 0));
        return Version;
    }

    /// <summary>Makes the draft the list the next run will read.</summary>
    /// <param name="anyOther">True: any other offer that admits the student will do if none of the choices can be had.</param>
    /// <returns>
    /// The version in force: a new one, or the present one if it says the same already or the request was carried out before. Or problem
    /// <c>ranking.closed</c>, <c>ranking.stale</c>, <c>ranking.empty</c>, or one of the draft's own that the campaign's rules refuse.
    /// </returns>
    public Result<RankingVersion> Submit(RankingRequest request, bool anyOther, Campaign campaign, DateTimeOffset now)
    {
        var content = Digest("submit", request.Version.ToString(CultureInfo.InvariantCulture), anyOther ? "any" : "");
        if (Find(request.Key, content) is { Submitted: > 0 } before)
        {
            return versions.Single(version => version.Number == before.Submitted);
        }

        if (!campaign.AcceptsRankings(now))
        {
            return new Problem("ranking.closed");
        }

        if (request.Version != Version)
        {
            return new Problem("ranking.stale");
        }

        if (Draft.Count == 0)
        {
            return new Problem("ranking.empty");
        }

        if (Check(Draft, campaign, new HashSet<OfferId>()) is { } problem)
        {
            return problem;
        }

        if (Submitted is not { } inForce || !inForce.Choices.Equals(Draft) || inForce.AnyOther != anyOther)
        {
            inForce = new(versions.Count + 1, now, Draft, anyOther);
            versions.Add(inForce);
        }

        Version++;
        Remember(new(request.Key, content, Version, inForce.Number));
        return inForce;
    }

    /// <summary>Takes in a list that was collected elsewhere (import); no deadline applies.</summary>
    public RankingVersion TakeIn(RankedChoices choices, DateTimeOffset now)
    {
        Replace(choices);
        DraftSavedAt = now;
        var submitted = new RankingVersion(versions.Count + 1, now, choices, anyOther: false);
        versions.Add(submitted);
        Version++;
        return submitted;
    }

    /// <summary>Drops the notes; the lists stay, for a run was made from them.</summary>
    public void EraseNotes()
    {
        Notes = new Dictionary<string, string>();
        Version++;
    }

    private Problem? Check(RankedChoices choices, Campaign campaign, IReadOnlySet<OfferId> listable)
    {
        if (choices.Offers.Distinct().Count() != choices.Count)
        {
            return new("ranking.duplicate");
        }

        if (choices.Count > campaign.ChoiceLimit)
        {
            return Problem.Of("ranking.too-long", choices.Count, campaign.ChoiceLimit);
        }

        if (!campaign.TiesAllowed && choices.Groups.Any(group => group.Length > 1))
        {
            return new("ranking.ties");
        }

        return choices.Offers.All(offer => listable.Contains(offer) || Names(offer)) ? null : new("ranking.not-open");
    }

    private void Replace(RankedChoices choices)
    {
        if (choices.ToText() == Draft.ToText())
        {
            return;
        }

        if (Past is [.., var undone] && undone.ToText() == choices.ToText())
        {
            (Past, Future) = ([.. Past.SkipLast(1)], [.. Future, Draft]);
        }
        else
        {
            var redone = Future is [.., var next] && next.ToText() == choices.ToText();
            (Past, Future) = ([.. Past.Append(Draft).TakeLast(Remembered)], redone ? [.. Future.SkipLast(1)] : []);
        }

        Draft = choices;
    }

    private AppliedRequest? Find(Guid key, string content) => Applied.FirstOrDefault(applied => applied.Key == key && applied.Content == content);

    private void Remember(AppliedRequest request) => Applied = [.. Applied.Append(request).TakeLast(Remembered)];

    private Dictionary<string, string> Merge(IEnumerable<KeyValuePair<OfferId, string>> changed)
    {
        var notes = new Dictionary<string, string>(Notes, StringComparer.Ordinal);
        foreach (var (offer, note) in changed)
        {
            if (string.IsNullOrWhiteSpace(note))
            {
                notes.Remove(offer.ToString());
            }
            else
            {
                notes[offer.ToString()] = note.ReplaceLineEndings("\n").Trim();
            }
        }

        return notes;
    }

    private static string Flatten<TKey>(IReadOnlyDictionary<TKey, string> notes) =>
        string.Join('\n', notes.Select(note => $"{note.Key}={note.Value.Length}:{note.Value}").Order(StringComparer.Ordinal));

    private static string Digest(params ReadOnlySpan<string> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..16];
}
