using System.Collections.Immutable;
using System.Globalization;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>The one sentence of a <see cref="ChoiceExplanation"/> in the service's languages. Says numbers, never another student.</summary>
public static class ExplanationText
{
    /// <param name="byRank">True: those who have the places come before the student by the hosts' rankings.</param>
    /// <param name="decidedByLottery">True: an effect without changes means that the draw of lots decided.</param>
    public static LocalizedText Sentence(string offer, int? rank, RefusalReason reason, ImmutableArray<ReachedLimit> limits, Effect? effect, bool decidedByLottery, bool byRank = false)
    {
        var number = rank?.ToString(CultureInfo.InvariantCulture);
        var subject = (
            Fr: number is null ? $"Offre {offer}" : $"Choix {number}, {offer}",
            Zh: number is null ? $"岗位 {offer}" : $"第 {number} 志愿 {offer}",
            En: number is null ? $"Offer {offer}" : $"Choice {number}, {offer}");
        var cause = Cause(reason, limits, byRank);
        if (effect is null)
        {
            return new($"{subject.Fr}\u00a0: {cause.Fr}.", $"{subject.Zh}：{cause.Zh}。", $"{subject.En}: {cause.En}.");
        }

        var consequence = Consequence(effect, decidedByLottery);
        return new($"{subject.Fr}\u00a0: {cause.Fr}\u202f; {consequence.Fr}.", $"{subject.Zh}：{cause.Zh}；{consequence.Zh}。", $"{subject.En}: {cause.En}; {consequence.En}.");
    }

    private static (string Fr, string Zh, string En) Cause(RefusalReason reason, ImmutableArray<ReachedLimit> limits, bool byRank)
    {
        switch (reason)
        {
            case RefusalReason.NotAllowed:
                return ("cette offre ne vous est pas ouverte", "该岗位不对您开放", "this offer is not open to you");
            case RefusalReason.Policy:
                return ("une place y reste libre, mais les règles annoncées préfèrent une autre répartition", "该岗位仍有空额，但公布的规则选择了另一种分配", "a place is free there, but the announced rules prefer another matching");
            case RefusalReason.Minimum:
                return ("votre placement actuel est nécessaire pour atteindre un effectif minimal", "您目前的名额是达到最低人数所必需的", "your present placement is needed to reach a minimum");
            case RefusalReason.Closed:
                var least = limits[0].Places.ToString(CultureInfo.InvariantCulture);
                return ($"elle n’ouvre qu’à partir de {least} étudiants et n’a pas ouvert", $"该岗位须至少 {least} 人才开放，本次未开放", $"it opens only with at least {least} students and did not open");
            case RefusalReason.Group:
                return ("une place y reste libre, mais des étudiants doivent être placés ensemble ou séparément", "该岗位仍有空额，但部分学生须安排在一起或分开", "a place is free there, but some students are to be placed together or apart");
            default:
                var limit = limits[0];
                return limit.Kind switch
                {
                    LimitKind.Offer => Phrase("toutes les places de cette offre", "该岗位的名额", "all places of this offer"),
                    LimitKind.Quota => Phrase("toutes les places d’un quota", "某项配额的名额", "all places of a quota"),
                    LimitKind.Supervisor => Phrase("toutes les places de l’encadrant", "该导师的名额", "all places of its supervisor"),
                    _ => Phrase("toutes les places de la structure d’accueil", "该接收单位的名额", "all places of its host"),
                };
                (string Fr, string Zh, string En) Phrase(string fr, string zh, string en)
                {
                    var places = limit.Places.ToString(CultureInfo.InvariantCulture);
                    return byRank
                        ? ($"{fr} ({places}) sont prises par des étudiants qui y sont classés avant vous", $"{zh}（{places} 个）已由排序在您之前的学生占满", $"{en} ({places}) are taken by students who are ranked before you there")
                        : ($"{fr} ({places}) sont prises", $"{zh}（{places} 个）已满", $"{en} ({places}) are taken");
                }
        }
    }

    private static (string Fr, string Zh, string En) Consequence(Effect effect, bool decidedByLottery)
    {
        if (!effect.Feasible)
        {
            return ("aucune répartition qui respecte toutes les contraintes ne vous la donnerait", "在满足所有约束的分配中，您都无法获得该岗位", "no matching that meets every constraint would give it to you");
        }

        if (effect.Changes.Length == 0)
        {
            return decidedByLottery
                ? ("vous la donner ne changerait rien aux objectifs\u00a0: le tirage au sort a décidé", "把它分给您不会改变任何目标：结果由抽签决定", "giving it to you would change no objective: the lottery decided")
                : ("vous la donner ne changerait pas le bilan d’ensemble, mais l’ordre de service s’y oppose", "把它分给您不会改变总体结果，但先后次序不允许", "giving it to you would not change the overall figures, but the order of service forbids it");
        }

        var first = effect.Changes[0];
        var from = first.From.ToString(CultureInfo.InvariantCulture);
        var to = first.To.ToString(CultureInfo.InvariantCulture);
        var level = Level(first.Objective);
        return ($"vous la donner ferait passer {level.Fr} de {from} à {to}", $"把它分给您会使{level.Zh}从 {from} 变为 {to}", $"giving it to you would change {level.En} from {from} to {to}");
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
