using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Placements;

/// <summary>One execution of the solver on a sealed instance under a policy. Every run is kept.</summary>
public sealed class Run
{
    private Run()
    {
        Policy = InstanceDigest = "";
        InstanceJson = [];
    }

    public Run(RunId id, CampaignId campaign, int number, string policy, byte[] instanceJson, string instanceDigest, PersonId requestedBy, DateTimeOffset now)
    {
        Id = id;
        Campaign = campaign;
        Number = number;
        Policy = policy;
        InstanceJson = instanceJson;
        InstanceDigest = instanceDigest;
        RequestedBy = requestedBy;
        RequestedAt = now;
    }

    public RunId Id { get; private set; }

    public CampaignId Campaign { get; private set; }

    /// <summary>From 1, in the campaign; what people call it.</summary>
    public int Number { get; private set; }

    public string Policy { get; private set; }

    /// <summary>Canonical JSON of the sealed instance, UTF-8.</summary>
    public byte[] InstanceJson { get; private set; }

    /// <summary><c>sha256:</c> and 64 hexadecimal digits.</summary>
    public string InstanceDigest { get; private set; }

    public RunState State { get; private set; }

    public PersonId RequestedBy { get; private set; }

    public DateTimeOffset RequestedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>A run still <see cref="RunState.Solving"/> after this instant lost its worker.</summary>
    public DateTimeOffset? LeaseUntil { get; private set; }

    /// <summary>Last line of progress from the solver; null before the first.</summary>
    public string? Progress { get; private set; }

    public bool CancelRequested { get; private set; }

    /// <summary>Result as the solver wrote it, UTF-8 JSON; null unless <see cref="RunState.Verified"/>.</summary>
    public byte[]? ResultJson { get; private set; }

    /// <summary>Code of the failure, for example <c>run.infeasible</c>; null unless failed.</summary>
    public string? Failure { get; private set; }

    /// <summary>What the verifier or the solver said, in its own words; null unless failed.</summary>
    public string? FailureDetail { get; private set; }

    public int Version { get; private set; }

    /// <summary>Queued → Solving. The caller saves with the version token: of two workers one fails.</summary>
    /// <returns>False if there is nothing to claim.</returns>
    public bool Claim(DateTimeOffset now, TimeSpan lease)
    {
        if (State != RunState.Queued)
        {
            return false;
        }

        State = RunState.Solving;
        StartedAt = now;
        LeaseUntil = now + lease;
        Version++;
        return true;
    }

    public void Renew(string? progress, DateTimeOffset now, TimeSpan lease)
    {
        if (State != RunState.Solving)
        {
            return;
        }

        Progress = progress ?? Progress;
        LeaseUntil = now + lease;
        Version++;
    }

    public void Complete(byte[] resultJson, DateTimeOffset now)
    {
        RequireSolving();
        ResultJson = resultJson;
        Finish(RunState.Verified, now);
    }

    public void Fail(string code, string? detail, DateTimeOffset now)
    {
        Failure = code;
        FailureDetail = detail is { Length: > 20_000 } ? detail[..20_000] : detail;
        Finish(RunState.Failed, now);
    }

    /// <returns>Problem <c>run.finished</c> if it already ended.</returns>
    public Result<Done> RequestCancel(DateTimeOffset now)
    {
        if (State is not (RunState.Queued or RunState.Solving))
        {
            return new Problem("run.finished");
        }

        CancelRequested = true;
        if (State == RunState.Queued)
        {
            Finish(RunState.Cancelled, now);
        }

        Version++;
        return default(Done);
    }

    public void Cancelled(DateTimeOffset now) => Finish(RunState.Cancelled, now);

    private void RequireSolving()
    {
        if (State != RunState.Solving)
        {
            throw new InvalidOperationException($"Run {Id} is {State}, not Solving.");
        }
    }

    private void Finish(RunState state, DateTimeOffset now)
    {
        State = state;
        FinishedAt = now;
        LeaseUntil = null;
        Version++;
    }
}
