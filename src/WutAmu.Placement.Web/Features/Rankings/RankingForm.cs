using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Rankings;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>The list as one window shows it, and what it was drawn from.</summary>
public sealed class RankingForm
{
    /// <summary>As <see cref="RankedChoices.ToText"/>.</summary>
    public string? List { get; set; }

    public int Version { get; set; }

    public Guid Key { get; set; }

    /// <summary>By offer id.</summary>
    public Dictionary<string, string?> Notes { get; set; } = [];

    /// <summary>By offer id: where "move" takes it.</summary>
    public Dictionary<string, int> Position { get; set; } = [];

    /// <summary>The offer to add.</summary>
    public OfferId? Offer { get; set; }

    /// <summary>Null: the campaign does not ask for it.</summary>
    public string? Motivation { get; set; }

    /// <summary>Nothing that a list is judged by got lost on the way.</summary>
    internal static bool IsWhole(IFormCollection fields) =>
        ((string[])[nameof(List), nameof(Version), nameof(Key)]).All(name => fields.ContainsKey($"{nameof(RankingModel.Form)}.{name}"));

    /// <summary>What a save needs, as the page would bind it, but every field must be there and make sense.</summary>
    internal static bool TryRead(IFormCollection fields, [NotNullWhen(true)] out RankingForm? form)
    {
        const string Prefix = nameof(RankingModel.Form) + ".";
        const string NotePrefix = Prefix + nameof(Notes) + "[";
        form = null;
        if (fields[Prefix + nameof(List)] is not [{ } list]
            || fields[Prefix + nameof(Version)] is not [{ } written] || !int.TryParse(written, NumberStyles.Integer, CultureInfo.InvariantCulture, out var version)
            || fields[Prefix + nameof(Key)] is not [{ } named] || !Guid.TryParse(named, out var key))
        {
            return false;
        }

        form = new() { List = list, Version = version, Key = key, Motivation = fields.TryGetValue(Prefix + nameof(Motivation), out var motivation) ? motivation[0] : null };
        foreach (var (name, values) in fields)
        {
            if (name.StartsWith(NotePrefix, StringComparison.OrdinalIgnoreCase) && name.EndsWith(']'))
            {
                form.Notes[name[NotePrefix.Length..^1]] = values[0];
            }
        }

        return true;
    }

    internal IReadOnlyDictionary<OfferId, string> ReadNotes()
    {
        var notes = new Dictionary<OfferId, string>();
        foreach (var (key, note) in Notes)
        {
            if (OfferId.TryParse(key, null, out var offer))
            {
                notes[offer] = note ?? "";
            }
        }

        return notes;
    }

    /// <summary>The list after the pressed button.</summary>
    /// <param name="go">For example <c>up:ID</c>; what is not a move leaves the list as it stands.</param>
    /// <param name="stored">For undo and redo.</param>
    internal RankedChoices Apply(RankedChoices shown, string? go, Ranking? stored, out OfferId? moved)
    {
        var parts = (go ?? "").Split(':', 2);
        moved = parts.Length == 2 && OfferId.TryParse(parts[1], null, out var named) ? named : parts[0] == "add" ? Offer : null;
        return (parts[0], moved) switch
        {
            ("add", { } offer) => shown.Add(offer),
            ("up", { } offer) => shown.Up(offer),
            ("down", { } offer) => shown.Down(offer),
            ("tie", { } offer) => shown.TieWithAbove(offer),
            ("split", { } offer) => shown.SplitFromAbove(offer),
            ("remove", { } offer) => shown.Remove(offer),
            ("move", { } offer) when Position.TryGetValue(offer.ToString(), out var position) => shown.MoveTo(offer, position),
            ("undo", _) when stored is { Past: [.., var before] } => before,
            ("redo", _) when stored is { Future: [.., var after] } => after,
            _ => shown,
        };
    }
}
