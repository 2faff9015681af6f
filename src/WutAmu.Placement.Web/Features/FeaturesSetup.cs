using Microsoft.Extensions.Options;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Features.Campaigns.Import;
using WutAmu.Placement.Web.Features.Demo;
using WutAmu.Placement.Web.Features.Hosts;
using WutAmu.Placement.Web.Features.Letters;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Features.Operations;
using WutAmu.Placement.Web.Features.Privacy;
using WutAmu.Placement.Web.Features.Publication;
using WutAmu.Placement.Web.Features.Rankings;

namespace WutAmu.Placement.Web.Features;

/// <summary>Every use case and job, a line each.</summary>
internal static class FeaturesSetup
{
    public static IServiceCollection AddFeatures(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddScoped<ImportCampaign>();
        services.AddScoped<SetUpCampaign>();
        services.AddScoped<MoveCampaign>();
        services.AddScoped<ScheduleCampaign>();
        services.AddScoped<DeadlineAudience>();
        services.AddScoped<TellDeadlines>();
        services.AddScoped<CampaignsInTurn>();
        services.AddScoped<MoveDueCampaigns>();
        services.AddScoped<WriteReminders>();
        services.AddScoped<KeepDeadlines>();
        services.AddSingleton<DeadlineCalendar>();
        services.AddSingleton<DeadlineLetters>();
        services.AddScoped<SaveDeclarationDraft>();
        services.AddScoped<DeclareCapacity>();
        services.AddScoped<ReplaceCapacity>();
        services.AddScoped<WithdrawOffer>();
        services.AddScoped<AskHosts>();
        services.AddScoped<RankApplicants>();
        services.AddScoped<AnswerAsHost>();
        services.AddScoped<SaveRankingDraft>();
        services.AddScoped<ListOffer>();
        services.AddScoped<SubmitRanking>();
        services.AddScoped<RestoreRankingVersion>();
        services.AddScoped<RankingLetters>();
        services.AddScoped<OfferChanges>();
        services.AddScoped<OwnData>();
        services.AddScoped<ChangeSecondAddress>();
        services.AddSingleton<ErasureJournal>();
        services.AddSingleton<FinishErasures>();
        services.AddScoped<ErasePerson>();
        services.AddScoped<CapacityLetters>();
        services.AddScoped<CapacityWords>();
        services.AddOptions<SolverOptions>().Bind(configuration.GetSection(SolverOptions.Section))
            .Validate(options => File.Exists(options.ToolPath), "Solver:Tool names no file: the command-line tool placement.dll is needed to solve.")
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<SolverOptions>, ValidateSolverOptions>();
        services.AddScoped<SealInstance>();
        services.AddScoped<RunReports>();
        services.AddScoped<EffectWords>();
        services.AddScoped<StartRun>();
        services.AddScoped<CancelRun>();
        services.AddTransient<SolveRun>();
        services.AddScoped<SweepRuns>();
        services.AddSingleton<RunsAtWork>();
        services.AddSingleton<SolverProcess>();
        services.AddScoped<ResultLetters>();
        services.AddScoped<PublishRun>();
        services.AddScoped<AnswerAsStudent>();
        services.AddScoped<PlacementCalendar>();
        services.AddScoped<RecallPublication>();
        services.AddScoped<PauseSending>();
        services.AddScoped<ResumeSending>();
        services.AddScoped<ResendLetter>();
        services.AddScoped<WithdrawLetter>();
        services.AddScoped<AfterRestore>();
        services.AddTransient<BackUp>();
        if (environment.IsDevelopment() && configuration.GetSection(DemoOptions.Section).Get<DemoOptions>() is { Samples.Length: > 0 } demo)
        {
            services.AddSingleton(demo);
            services.AddHostedService<DriveDemo>();
        }

        return services;
    }
}
