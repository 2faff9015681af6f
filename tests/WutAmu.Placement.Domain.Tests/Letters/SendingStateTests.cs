using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Tests.Letters;

public sealed class SendingStateTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly PersonId Somebody = PersonId.New(Noon);

    [Fact]
    public void A_pause_needs_a_reason_and_holds_all_but_sign_in_codes()
    {
        var state = new SendingState();

        state.Pause(" ", Somebody, Noon).TryGet(out _, out var problem).Should().BeFalse();
        state.Pause("wrong file", Somebody, Noon).TryGet(out _, out _).Should().BeTrue();

        problem!.Code.Should().Be("sending.reason"); // not null: refused
        state.Allows(LetterKind.StudentResult, Noon).Should().BeFalse();
        state.Allows(LetterKind.SignIn, Noon).Should().BeTrue("somebody must sign in to resume");
    }

    [Fact]
    public void Trouble_is_waited_out_longer_each_time_and_never_longer_than_15_minutes()
    {
        var state = new SendingState();
        var waits = new List<double>();

        for (var failure = 0; failure < 7; failure++)
        {
            state.Stumble("no connection", Noon);
            waits.Add((state.TryAgainAt!.Value - Noon).TotalSeconds); // not null: set by Stumble
        }

        waits.Should().Equal(10, 30, 60, 300, 900, 900, 900);
        state.Allows(LetterKind.SignIn, Noon).Should().BeFalse("the server is left alone");
        state.TroubleSince.Should().Be(Noon);
    }

    [Fact]
    public void A_sign_in_code_tries_a_server_in_long_trouble_after_a_minute()
    {
        var state = new SendingState();
        for (var failure = 0; failure < 5; failure++)
        {
            state.Stumble("no connection", Noon);
        }

        state.Allows(LetterKind.SignIn, Noon.AddSeconds(59)).Should().BeFalse();
        state.Allows(LetterKind.SignIn, Noon.AddMinutes(1)).Should().BeTrue("the code is over in ten minutes");
        state.Allows(LetterKind.StudentResult, Noon.AddMinutes(14)).Should().BeFalse();
        state.Allows(LetterKind.StudentResult, Noon.AddMinutes(15)).Should().BeTrue();
    }

    [Fact]
    public void Success_forgets_the_trouble()
    {
        var state = new SendingState();
        state.Stumble("no connection", Noon);

        state.Recover();

        state.Allows(LetterKind.Notice, Noon).Should().BeTrue();
        (state.Trouble, state.TroubleSince, state.TroubleCount).Should().Be((null, null, 0));
    }

    [Fact]
    public void A_restore_takes_the_place_of_another_pause()
    {
        var state = new SendingState();
        state.Pause("wrong file", Somebody, Noon);

        state.PauseAfterRestore(Noon.AddHours(1));

        (state.Paused, state.Reason, state.PausedBy).Should().Be((PauseCause.Restored, null, null));
        state.Resume().TryGet(out _, out _).Should().BeTrue();
        state.Resume().TryGet(out _, out var problem).Should().BeFalse();
        problem!.Code.Should().Be("sending.not-paused"); // not null: refused
    }
}
