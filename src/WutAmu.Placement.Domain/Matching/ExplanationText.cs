using System.Collections.Immutable;
using System.Globalization;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>The one sentence of a <see cref="ChoiceExplanation"/> in the service's languages. Says numbers, never another student.</summary>
public static class ExplanationText
{
    /// <param name="decidedByLottery">True: an effect without changes means that the draw of lots decided.</param>
    /// <param name="stable">True: of a policy that names one stable matching.</param>
    /// <param name="before">By what those who have the places come before the student, in order; empty or null: nothing is said of it.</param>
    public static LocalizedText Sentence(
        string offer, int? rank, RefusalReason reason, ImmutableArray<ReachedLimit> limits, Effect? effect, bool decidedByLottery, bool stable = false, IReadOnlyList<Precedence>? before = null)
    {
        var subject = Subject(offer, rank);
        var cause = Cause(reason, limits, before ?? []);
        if (effect is null)
        {
            return new($"{subject.Fr}{cause.Fr}.", $"{subject.Zh}{cause.Zh}。", $"{subject.En}{cause.En}.");
        }

        var consequence = Consequence(effect, decidedByLottery, stable);
        return new($"{subject.Fr}{cause.Fr}\u202f; {consequence.Fr}.", $"{subject.Zh}{cause.Zh}；{consequence.Zh}。", $"{subject.En}{cause.En}; {consequence.En}.");
    }

    /// <summary>The sentence without the choice it speaks of, for where that stands beside it.</summary>
    public static LocalizedText WithoutSubject(ChoiceExplanation choice)
    {
        var subject = Subject(choice.Offer, choice.Rank);
        return new(Rest(choice.Text.Fr, subject.Fr), Rest(choice.Text.Zh, subject.Zh), Rest(choice.Text.En, subject.En));

        static string? Rest(string? text, string first) =>
            text is not null && text.Length > first.Length && text.StartsWith(first, StringComparison.Ordinal)
                ? char.ToUpper(text[first.Length], CultureInfo.InvariantCulture) + text[(first.Length + 1)..]
                : text;
    }

    private static (string Fr, string Zh, string En) Subject(string offer, int? rank)
    {
        var number = rank?.ToString(CultureInfo.InvariantCulture);
        return number is null
            ? ($"Offre {offer}\u00a0: ", $"项目 {offer}：", $"Offer {offer}: ")
            : ($"Choix {number}, {offer}\u00a0: ", $"第 {number} 志愿 {offer}：", $"Choice {number}, {offer}: ");
    }

    private static (string Fr, string Zh, string En) Cause(RefusalReason reason, ImmutableArray<ReachedLimit> limits, IReadOnlyList<Precedence> before)
    {
        switch (reason)
        {
            case RefusalReason.Held:
                return ("c’est votre placement", "这就是您获得的项目", "this is what you have");
            case RefusalReason.LikedLess:
                return ("une place y reste libre, mais vous avez un choix que vous avez classé avant", "该项目仍有空额，但您已获得排序更靠前的志愿", "a place is free there, but you have a choice that you ranked better");
            case RefusalReason.NotChosen:
                return ("elle n’est pas parmi vos choix", "该项目不在您的志愿之中", "it is not among your choices");
            case RefusalReason.Fixed:
                return ("votre placement a été fixé d’avance", "您的安排已事先确定", "your placement was fixed beforehand");
            case RefusalReason.NotAllowed:
                return ("cette offre ne vous est pas ouverte", "该项目不对您开放", "this offer is not open to you");
            case RefusalReason.Policy:
                return ("une place y reste libre, mais les règles annoncées préfèrent une autre répartition", "该项目仍有空额，但公布的规则选择了另一种分配", "a place is free there, but the announced rules prefer another matching");
            case RefusalReason.Minimum:
                return ("votre placement actuel est nécessaire pour atteindre un effectif minimal", "您目前的名额是达到最低人数所必需的", "your present placement is needed to reach a minimum");
            case RefusalReason.Closed:
                var least = limits[0].Places.ToString(CultureInfo.InvariantCulture);
                return ($"elle n’ouvre qu’à partir de {least} étudiants et n’a pas ouvert", $"该项目须至少 {least} 人才开放，本次未开放", $"it opens only with at least {least} students and did not open");
            case RefusalReason.Group:
                return ("une place y reste libre, mais des étudiants doivent être placés ensemble ou séparément", "该项目仍有空额，但部分学生须安排在一起或分开", "a place is free there, but some students are to be placed together or apart");
            default:
                var limit = limits[0];
                return limit.Kind switch
                {
                    LimitKind.Offer when limit.Places == 0 => ("cette offre n’a aucune place", "该项目没有名额", "this offer has no places"),
                    LimitKind.Quota when limit.Places == 0 => ("un quota n’y laisse aucune place", "某项配额未留名额", "a quota leaves no places there"),
                    LimitKind.Supervisor when limit.Places == 0 => ("l’encadrant n’a aucune place", "该导师没有名额", "its supervisor has no places"),
                    _ when limit.Places == 0 => ("la structure d’accueil n’a aucune place", "该接收单位没有名额", "its host has no places"),
                    LimitKind.Offer => Phrase("toutes les places de cette offre", "该项目的名额", "all places of this offer"),
                    LimitKind.Quota => Phrase("toutes les places d’un quota", "某项配额的名额", "all places of a quota"),
                    LimitKind.Supervisor => Phrase("toutes les places de l’encadrant", "该导师的名额", "all places of its supervisor"),
                    _ => Phrase("toutes les places de la structure d’accueil", "该接收单位的名额", "all places of its host"),
                };
                (string Fr, string Zh, string En) Phrase(string fr, string zh, string en)
                {
                    var places = limit.Places.ToString(CultureInfo.InvariantCulture);
                    return before.Count > 0
                        ? ($"{fr} ({places}) sont prises par des étudiants qui y passent avant vous, selon {Joined(Names(before).Select(name => name.Fr), " ou ")}",
                            $"{zh}（{places} 个）已由依{Joined(Names(before).Select(name => name.Zh), "或")}排在您之前的学生占满",
                            $"{en} ({places}) are taken by students who come before you there by {Joined(Names(before).Select(name => name.En), " or ")}")
                        : ($"{fr} ({places}) sont prises", $"{zh}（{places} 个）已满", $"{en} ({places}) are taken");
                }
        }
    }

    private static IEnumerable<(string Fr, string Zh, string En)> Names(IReadOnlyList<Precedence> before) => before.Select(by => by switch
    {
        Precedence.Fixed => ("une décision prise d’avance", "事先决定", "a decision made beforehand"),
        Precedence.Ranking => ("le classement de la structure", "接收单位的排序", "the host’s ranking"),
        Precedence.Score => ("la note", "成绩", "score"),
        _ => ("le tirage au sort", "抽签", "the draw of lots"),
    });

    private static string Joined(IEnumerable<string> names, string or) => string.Join(or, names);

    private static (string Fr, string Zh, string En) Consequence(Effect effect, bool decidedByLottery, bool stable)
    {
        if (effect.Feasible is null || (effect.Changes.Length == 0 && effect.UndeterminedFrom is not null))
        {
            return ("ce que changerait le fait de vous la donner n’a pas été déterminé dans la limite de calcul", "把它分给您会带来什么变化，在计算限度内未能确定", "what giving it to you would change was not determined within the limit");
        }

        if (effect.Feasible == false && stable)
        {
            // There may be matchings with it; none is the stable one that the policy names.
            return (
                "si vous l’aviez, aucune répartition que la règle désigne ne respecterait toutes les contraintes",
                "若您获得该项目，该规则确定的分配无法满足所有约束",
                "if you had it, no matching that the policy names would meet every constraint");
        }

        if (effect.Feasible == false)
        {
            return ("aucune répartition qui respecte toutes les contraintes ne vous la donnerait", "在满足所有约束的分配中，您都无法获得该项目", "no matching that meets every constraint would give it to you");
        }

        if (effect.Changes.Length == 0 && stable)
        {
            return ("vous la donner ne changerait pas le bilan d’ensemble, mais la répartition ne serait plus stable", "把它分给您不会改变总体结果，但分配将不再稳定", "giving it to you would not change the overall figures, but the matching would no longer be stable");
        }

        if (effect.Changes.Length == 0)
        {
            return decidedByLottery
                ? ("vous la donner ne changerait rien aux objectifs\u00a0: le tirage au sort a décidé", "把它分给您不会改变任何目标：结果由抽签决定", "giving it to you would change no objective: the lottery decided")
                : ("vous la donner ne changerait pas le bilan d’ensemble, mais l’ordre de service s’y oppose", "把它分给您不会改变总体结果，但先后次序不允许", "giving it to you would not change the overall figures, but the order of service forbids it");
        }

        var first = effect.Changes[0];
        if (first.To < first.From && Fewer(first) is { } fewer)
        {
            return fewer;
        }

        var from = first.From.ToString(CultureInfo.InvariantCulture);
        var to = first.To.ToString(CultureInfo.InvariantCulture);
        var level = Level(first.Objective);
        return ($"vous la donner ferait passer {level.Fr} de {from} à {to}", $"把它分给您会使{level.Zh}从 {from} 变为 {to}", $"giving it to you would change {level.En} from {from} to {to}");
    }

    /// <summary>Null: of this level a number says it best.</summary>
    private static (string Fr, string Zh, string En)? Fewer(LevelChange change)
    {
        var count = change.From - change.To;
        var number = count.ToString(CultureInfo.InvariantCulture);
        switch (change.Objective)
        {
            case "placed":
                return (
                    count == 1 ? "vous la donner laisserait un étudiant de plus sans place" : $"vous la donner laisserait {number} étudiants de plus sans place",
                    $"把它分给您会使未获分配的学生增加 {number} 名",
                    count == 1 ? "giving it to you would leave one more student without a place" : $"giving it to you would leave {number} more students without a place");
            case "rank-1":
                return (
                    count == 1 ? "vous la donner laisserait un étudiant de plus sans son premier choix" : $"vous la donner laisserait {number} étudiants de plus sans leur premier choix",
                    $"把它分给您会使未获第一志愿的学生增加 {number} 名",
                    count == 1 ? "giving it to you would leave one more student without a first choice" : $"giving it to you would leave {number} more students without a first choice");
            case var rank when rank.StartsWith("rank-", StringComparison.Ordinal):
                return (
                    count == 1 ? $"vous la donner ferait un étudiant de moins avec son choix {rank[5..]}" : $"vous la donner ferait {number} étudiants de moins avec leur choix {rank[5..]}",
                    $"把它分给您会使获得第 {rank[5..]} 志愿的学生减少 {number} 名",
                    count == 1 ? $"giving it to you would mean one student fewer with their choice {rank[5..]}" : $"giving it to you would mean {number} students fewer with their choice {rank[5..]}");
            default:
                return null;
        }
    }

    /// <summary>What a level counts, in words, lower case, with its article.</summary>
    public static (string Fr, string Zh, string En) Level(string objective) => objective switch
    {
        "placed" => ("le nombre d’étudiants placés", "获得分配的学生人数", "the number of students placed"),
        "moved" => ("le nombre de placements publiés modifiés", "被改动的已公布分配数", "the number of published placements that change"),
        "worst-rank" => ("le rang le plus défavorable", "最差志愿序号", "the worst rank"),
        "cost" => ("le coût total", "总代价", "the total cost"),
        "off-list" => ("le nombre de placements hors liste", "志愿外分配人数", "the number of placements off the list"),
        _ when objective.StartsWith("rank-", StringComparison.Ordinal) =>
            ($"le nombre d’étudiants avec leur choix {objective[5..]}", $"获得第 {objective[5..]} 志愿的学生人数", $"the number of students with their choice {objective[5..]}"),
        _ => (objective, objective, objective),
    };
}
