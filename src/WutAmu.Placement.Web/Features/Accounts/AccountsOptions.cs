using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Section <c>Accounts</c>: how long a sign-in lasts, and how many letters may be asked for.</summary>
public sealed class AccountsOptions : IValidatableObject
{
    public const string Section = "Accounts";

    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan StudentIdle { get; set; } = TimeSpan.FromHours(12);

    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan StudentLongest { get; set; } = TimeSpan.FromDays(14);

    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan HeadIdle { get; set; } = TimeSpan.FromHours(12);

    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan HeadLongest { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Of coordinators and operators.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan StaffIdle { get; set; } = TimeSpan.FromMinutes(30);

    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan StaffLongest { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Publishing, exporting and erasing ask for a second factor shown not longer ago than this.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00")]
    public TimeSpan StepUpWithin { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Letters in a quarter of an hour to one address, asked for from one network (or from one browser that has signed in with it before).</summary>
    [Range(1, 100)]
    public int LettersPerAddress { get; set; } = 5;

    /// <summary>Letters in an hour to one address, asked for from anywhere by browsers that never signed in with it.</summary>
    [Range(1, 1000)]
    public int LettersPerAddressAnywhere { get; set; } = 15;

    /// <summary>Forms of the sign-in pages posted from one network in ten minutes; a dormitory behind one address must fit.</summary>
    [Range(1, 1_000_000)]
    public int PostsPerNetwork { get; set; } = 1200;

    /// <summary>Address of the first coordinator; invited at start while there is no coordinator. Empty: nobody.</summary>
    public string FirstCoordinator { get; set; } = "";

    public SessionLimits LimitsOf(SessionKind kind) => kind switch
    {
        SessionKind.Student => new(StudentIdle, StudentLongest),
        SessionKind.Head => new(HeadIdle, HeadLongest),
        _ => new(StaffIdle, StaffLongest),
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var kind in Enum.GetValues<SessionKind>())
        {
            var limits = LimitsOf(kind);
            if (limits.Idle > limits.Absolute)
            {
                yield return new($"{Section}:{kind}Idle ({limits.Idle}) is longer than {Section}:{kind}Longest ({limits.Absolute}).");
            }
        }

        if (FirstCoordinator.Length > 0 && !EmailAddress.TryCreate(FirstCoordinator, out _))
        {
            yield return new($"{Section}:FirstCoordinator is not an e-mail address: \"{FirstCoordinator}\".");
        }
    }
}

[OptionsValidator]
internal sealed partial class ValidateAccountsOptions : IValidateOptions<AccountsOptions>;
