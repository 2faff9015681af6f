using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>
/// Answers what the script of the ranking page sends as the student works. It comes with every move of everybody, and goes past the page, which is made to be drawn: the same address, session,
/// antiforgery token and use case as its button "save", a few bytes for an answer. Other buttons, and browsers without script, get the page.
/// </summary>
internal sealed class Autosave(RequestDelegate next, IAntiforgery antiforgery)
{
    private const string Page = "/Rankings/Ranking";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsOfScript(context, out var campaign))
        {
            await next(context);
            return;
        }

        try
        {
            await antiforgery.ValidateRequestAsync(context);
        }
        catch (AntiforgeryValidationException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        if (!context.Request.HasFormContentType)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var fields = await context.Request.ReadFormAsync(context.RequestAborted);
        if (fields["go"].ToString() is not ("" or "save"))
        {
            await next(context);
            return;
        }

        if (!RankingForm.TryRead(fields, out var form) || !RankedChoices.TryParse(form.List, out var list))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var save = context.RequestServices.GetRequiredService<SaveRankingDraft>();
        var saved = await save.HandleAsync(campaign, context.User.PersonId(), list, form.ReadNotes(), form.Motivation, new(form.Key, form.Version), context.RequestAborted);
        if (saved.TryGet(out var draft, out var problem))
        {
            await SayAsync(context, StatusCodes.Status200OK, draft);
        }
        else
        {
            var speech = context.RequestServices.GetRequiredService<Speech>();
            await SayAsync(context, RankingModel.StatusOf(problem), new Refusal(problem.Code, speech.Of(problem)));
        }
    }

    private static bool IsOfScript(HttpContext context, out CampaignId campaign)
    {
        campaign = default;
        return HttpMethods.IsPost(context.Request.Method)
            && context.GetEndpoint()?.Metadata.GetMetadata<PageActionDescriptor>()?.ViewEnginePath == Page
            && context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType == "application/json")
            && CampaignId.TryParse(context.Request.RouteValues["campaign"] as string, null, out campaign);
    }

    private static async Task SayAsync<T>(HttpContext context, int status, T answer)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(answer, JsonSerializerOptions.Web);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private sealed record Refusal(string Code, string Text);
}
