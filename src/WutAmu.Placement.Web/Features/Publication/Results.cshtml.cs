using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Features.Rankings;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Publication;

/// <summary>After publication: a student's own result with the reason for each better choice; a head's own hosts with who comes. Nothing of anybody else.</summary>
public sealed class ResultsModel(PlacementDb db, RunReports reports, EffectWords words, AnswerAsStudent answerAsStudent, PlacementCalendar calendar, IOptions<MailOptions> mail, Speech speech, TimeProvider clock) : PageModel
{
    public Campaign Campaign { get; private set; } = null!; // set before the page is drawn

    public Domain.Placements.Publication? Publication { get; private set; }

    public Run? Run { get; private set; }

    /// <summary>Without its <c>keep-published:</c> prefix.</summary>
    public string Policy { get; private set; } = "";

    public bool IsStudent { get; private set; }

    /// <summary>Null: not a student of this campaign.</summary>
    public StudentHead? Head { get; private set; }

    public PlaceLine? Place { get; private set; }

    public Domain.Placements.Placement? Own { get; private set; }

    public bool MayAnswer => Own is not null && Campaign.AcceptsAnswers(clock.GetUtcNow());

    public bool MustAnswer => MayAnswer && Own?.StudentAnswer == Answer.Pending;

    public bool HasLetter { get; private set; }

    /// <summary>Of the list in force; null: none, or students do not rank yet.</summary>
    public int? SubmittedVersion { get; private set; }

    public string? Problem { get; private set; }

    public IReadOnlyList<ChoiceLine> Better { get; private set; } = [];

    /// <summary>True: the reasons are the solver's exact ones; false: the run kept none, and they say no more than what was full.</summary>
    public bool Exact { get; private set; }

    public IReadOnlyList<HostLines> Hosts { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CampaignId campaign, CancellationToken cancellationToken) =>
        await EnterAsync(campaign, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(CampaignId campaign, Answer answer, string? reason, CancellationToken cancellationToken)
    {
        var answered = await answerAsStudent.HandleAsync(campaign, User.PersonId(), answer, reason, cancellationToken);
        if (answered.TryGet(out _, out var problem))
        {
            TempData["Done"] = speech["answer.done." + answer];
            return LocalRedirect($"/Results/{campaign}");
        }

        if (problem.Field is null)
        {
            TempData["Problem"] = speech.Of(problem);
            return LocalRedirect($"/Results/{campaign}");
        }

        if (!await EnterAsync(campaign, cancellationToken))
        {
            return NotFound();
        }

        Problem = speech.Of(problem);
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    /// <summary>The student's own result letter as it was written, to keep.</summary>
    public async Task<IActionResult> OnGetLetterAsync(CampaignId campaign, CancellationToken cancellationToken)
    {
        if (!await EnterAsync(campaign, cancellationToken) || await OwnLetter().SingleOrDefaultAsync(cancellationToken) is not { } letter)
        {
            return NotFound();
        }

        using var message = LetterMessage.Of(letter, mail.Value);
        using var file = new MemoryStream();
        await message.WriteToAsync(file, cancellationToken);
        return File(file.ToArray(), "message/rfc822", $"placement-{Campaign.AcademicYear}.eml");
    }

    /// <summary>The dates of the placement as a calendar file.</summary>
    public async Task<IActionResult> OnGetCalendarAsync(CampaignId campaign, CancellationToken cancellationToken) =>
        await EnterAsync(campaign, cancellationToken) && Place is { StartsOn: not null } place && Own is { } own
            ? File(calendar.Write(own.Id, place, speech.Language, clock.GetUtcNow()), "text/calendar; charset=utf-8", $"placement-{Campaign.AcademicYear}.ics")
            : NotFound();

    private async Task<bool> EnterAsync(CampaignId campaign, CancellationToken cancellationToken)
    {
        if (await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == campaign, cancellationToken) is not { } found)
        {
            return false;
        }

        Campaign = found;
        var person = User.PersonId();
        var student = await db.Students.AsNoTracking().SingleOrDefaultAsync(s => s.Campaign == campaign && s.Person == person, cancellationToken);
        if (student is not null)
        {
            SubmittedVersion = found.State < CampaignState.Ranking ? null : (await db.Rankings.AsNoTracking().SingleOrDefaultAsync(r => r.Campaign == campaign && r.Student == student.Id, cancellationToken))?.Submitted?.Number;
            Head = new(found, HasTabs: true, HasHistory: SubmittedVersion is not null);
        }

        Publication = await db.Publications.AsNoTracking().SingleOrDefaultAsync(p => p.Campaign == campaign && p.RecalledAt == null, cancellationToken);
        if (Publication is not null)
        {
            Run = await db.Runs.AsNoTracking().SingleAsync(r => r.Id == Publication.Run, cancellationToken);
            Policy = PolicyName.TryParse(Run.Policy, out var policy) ? policy.Name : Run.Policy;
            if (student is not null)
            {
                await ReadStudentAsync(student, Publication.Id, Run, cancellationToken);
            }

            await ReadHostsAsync(person, Publication.Id, Run.Id, cancellationToken);
        }

        return true;
    }

    private IQueryable<OutboxLetter> OwnLetter()
    {
        var person = User.PersonId();
        var prefix = Publication is null ? "none" : ResultLetters.KeyPrefix(Publication.Id) + "student:";
        return db.Outbox.AsNoTracking().Where(l => l.Person == person && l.Kind == LetterKind.StudentResult && l.Key.StartsWith(prefix));
    }

    private async Task ReadStudentAsync(Student student, PublicationId publication, Run run, CancellationToken cancellationToken)
    {
        IsStudent = true;
        HasLetter = await OwnLetter().AnyAsync(cancellationToken);
        Own = await db.Placements.AsNoTracking().SingleOrDefaultAsync(p => p.Publication == publication && p.Student == student.Id, cancellationToken);
        Place = await (
            from placement in db.Placements.Where(p => p.Publication == publication && p.Student == student.Id)
            join offer in db.Offers on placement.Offer equals offer.Id
            join host in db.Hosts on offer.Host equals host.Id
            select new PlaceLine(offer.Id, offer.Title, host.Name, host.Campus, placement.Rank, offer.RestrictedZone || host.RestrictedZone, offer.StartsOn, offer.EndsOn)).SingleOrDefaultAsync(cancellationToken);
        if (run.ResultJson is not { } json || !ResultJson.TryRead(json, out var result, out _) || !InstanceReader.TryRead(run.InstanceJson, out var instance, out _)
            || instance.Students.SingleOrDefault(s => s.Id == student.Code) is not { } listed)
        {
            return;
        }

        // Of another placement than the one in force the run's explanation would be wrong.
        var explained = (await reports.FindAsync(run.Id, cancellationToken))?.Students.SingleOrDefault(s => s.Student == student.Code);
        var placedAt = Own is { } own ? await db.Offers.Where(o => o.Id == own.Offer).Select(o => o.Code).SingleAsync(cancellationToken) : null;
        Exact = explained is not null && explained.Offer == placedAt;
        var titles = await db.Offers.AsNoTracking().Where(o => o.Campaign == Campaign.Id).ToDictionaryAsync(o => o.Code, o => o.Title, StringComparer.Ordinal, cancellationToken);
        var got = Place?.Rank ?? int.MaxValue;
        Better = [.. listed.Choices
            .Select((group, i) => (Rank: i + 1, Group: group))
            .Where(choice => choice.Rank < got)
            .SelectMany(choice => choice.Group.Select(offer => new ChoiceLine(choice.Rank, titles[offer], WhyNot.Reason(instance, result, listed, offer), ExactReason(Exact ? explained : null, offer))))];
    }

    // What is not open to the student the coded reason says better: withdrawn, another programme, ruled out.
    private static LocalizedText? ExactReason(StudentExplanation? explained, string offer) =>
        explained?.Better.FirstOrDefault(choice => choice.Offer == offer) is { Reason: not RefusalReason.NotAllowed } choice ? ExplanationText.WithoutSubject(choice) : null;

    private async Task ReadHostsAsync(PersonId person, PublicationId publication, RunId run, CancellationToken cancellationToken)
    {
        var headed = await (
            from host in db.Hosts.Where(h => h.Head == person && h.Track == Campaign.Track)
            join declaration in db.Declarations.Where(d => d.Campaign == Campaign.Id) on host.Id equals declaration.Host
            orderby host.Code, host.Id
            select new { host.Id, host.Code, host.Name }).ToListAsync(cancellationToken);
        var report = headed.Count > 0 ? await reports.FindAsync(run, cancellationToken) : null;
        var hosts = new List<HostLines>();
        foreach (var host in headed)
        {
            var rows = await (
                from placement in db.Placements.Where(p => p.Publication == publication)
                join offer in db.Offers.Where(o => o.Host == host.Id) on placement.Offer equals offer.Id
                join student in db.Students on placement.Student equals student.Id
                join someone in db.People on student.Person equals someone.Id
                join programme in db.Programmes on student.Programme equals programme.Code
                orderby student.Code, student.Id
                select new ComingLine(someone.Name, someone.LatinName, someone.Email, programme.Name, offer.Title)).ToListAsync(cancellationToken);
            var offers = await db.Offers.Where(o => o.Host == host.Id && o.Campaign == Campaign.Id).Select(o => o.Code).ToListAsync(cancellationToken);
            // Of the own host and its offers only; numbers, no names.
            var own = report?.Limits.Where(limit => limit.Kind == LimitKind.Host ? limit.Id == host.Code : limit.Kind == LimitKind.Offer && offers.Contains(limit.Id)).Where(limit => limit.Max is not null).ToList();
            hosts.Add(new(host.Id, host.Name, rows, [.. own?.Select(limit => new PlacesLine(limit.Id, words.Say(limit.More), words.Say(limit.Fewer))) ?? []]));
        }

        Hosts = hosts;
    }

    public sealed record PlaceLine(OfferId Offer, LocalizedText Title, string Host, string Campus, int? Rank, bool Restricted, DateOnly? StartsOn, DateOnly? EndsOn);

    /// <param name="Reason">See <see cref="WhyNot"/>.</param>
    /// <param name="Exact">What giving it would have changed; null: the coded reason says all that is known.</param>
    public sealed record ChoiceLine(int Rank, LocalizedText Title, string Reason, LocalizedText? Exact);

    public sealed record HostLines(HostId Id, string Name, IReadOnlyList<ComingLine> Coming, IReadOnlyList<PlacesLine> Places);

    /// <summary>What one place more and one fewer at a host or an offer would have changed, in words.</summary>
    public sealed record PlacesLine(string Code, string More, string Fewer);

    public sealed record ComingLine(string Name, string? LatinName, EmailAddress Email, LocalizedText Programme, LocalizedText Offer);
}
