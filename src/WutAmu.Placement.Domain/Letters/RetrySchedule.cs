namespace WutAmu.Placement.Domain.Letters;

/// <summary>When what could not be sent is tried again.</summary>
public static class RetrySchedule
{
    /// <summary>From a letter's first attempt; then it is given up.</summary>
    public static TimeSpan GiveUpAfter { get; } = TimeSpan.FromHours(48);

    /// <summary>Hand-overs that no answer followed; one more would risk a third copy in somebody's mailbox, so a person decides.</summary>
    public static int UnansweredAtMost => 2;

    /// <summary>The longest of <see cref="AfterTrouble"/>.</summary>
    public static TimeSpan LongestTrouble { get; } = TimeSpan.FromMinutes(15);

    /// <summary>Between two tries of a mail server in trouble while a sign-in code waits.</summary>
    public static TimeSpan SignInWaitsAtMost { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Refusals for sending too often that count as temporary.</summary>
    public static int LimitedAtMost => 2;

    /// <summary>After a letter's attempt number <paramref name="attempts"/> (from 1): 1, 5, 15, 60 minutes, then every four hours.</summary>
    public static TimeSpan AfterAttempt(int attempts) => attempts switch
    {
        <= 1 => TimeSpan.FromMinutes(1),
        2 => TimeSpan.FromMinutes(5),
        3 => TimeSpan.FromMinutes(15),
        4 => TimeSpan.FromHours(1),
        _ => TimeSpan.FromHours(4),
    };

    /// <summary>
    /// After failure number <paramref name="failures"/> (from 1) in a row to use the mail server at all: 10 and 30 seconds, 1, 5 and then every 15 minutes, without
    /// end: no letter is to blame.
    /// </summary>
    public static TimeSpan AfterTrouble(int failures) => failures switch
    {
        <= 1 => TimeSpan.FromSeconds(10),
        2 => TimeSpan.FromSeconds(30),
        3 => TimeSpan.FromMinutes(1),
        4 => TimeSpan.FromMinutes(5),
        _ => LongestTrouble,
    };
}
