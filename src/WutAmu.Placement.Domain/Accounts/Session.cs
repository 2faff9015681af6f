using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Accounts;

/// <summary>One browser in which one person is signed in. The browser holds a random secret; the row holds its hash.</summary>
public sealed class Session
{
    public const int MaxDeviceLength = 60;

    private Session() => SecretHash = Device = Network = "";

    /// <param name="device">Words for the browser, for example <c>Firefox, Windows</c>; cut at <see cref="MaxDeviceLength"/>.</param>
    /// <param name="network">Prefix of the network address, never the whole.</param>
    public Session(SessionId id, PersonId person, SessionKind kind, SignInMethod method, string secretHash, string device, string network, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrEmpty(secretHash);
        Id = id;
        Person = person;
        Kind = kind;
        Method = method;
        SecretHash = secretHash;
        Device = device.Length > MaxDeviceLength ? device[..MaxDeviceLength] : device;
        Network = network;
        StartedAt = LastSeenAt = now;
    }

    public SessionId Id { get; private set; }

    public PersonId Person { get; private set; }

    public SessionKind Kind { get; private set; }

    public SignInMethod Method { get; private set; }

    public string SecretHash { get; private set; }

    public string Device { get; private set; }

    public string Network { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Exact to <see cref="SessionLimits.Precision"/>, always early.</summary>
    public DateTimeOffset LastSeenAt { get; private set; }

    /// <summary>When the second factor was last shown in this session; null: never.</summary>
    public DateTimeOffset? SecondFactorAt { get; private set; }

    /// <summary>When it was ended by somebody; null: it was not. Limits end a session without writing.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    public bool IsOpen(DateTimeOffset now, SessionLimits limits) =>
        EndedAt is null && now - LastSeenAt < limits.Idle && now - StartedAt < limits.Absolute;

    /// <summary>The second factor was shown here.</summary>
    /// <param name="secretHash">Of the secret the browser holds from now on: what was known before the step is worth nothing after it.</param>
    public void StepUp(string secretHash, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrEmpty(secretHash);
        SecretHash = secretHash;
        SecondFactorAt = LastSeenAt = now;
    }

    /// <summary>It was used.</summary>
    /// <returns>False: it was used later already, and nothing changes.</returns>
    public bool See(DateTimeOffset now)
    {
        if (now <= LastSeenAt)
        {
            return false;
        }

        LastSeenAt = now;
        return true;
    }

    public void End(DateTimeOffset now) => EndedAt ??= now;
}
