using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Tests.Letters;

public sealed class OutboxLetterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);
    private static readonly EmailAddress First = EmailAddress.Create("first@example.org");
    private static readonly EmailAddress Second = EmailAddress.Create("second@example.org");
    private static readonly EmailAddress Third = EmailAddress.Create("third@example.org");
    private readonly Guid owner = Guid.NewGuid();

    [Fact]
    public void An_answer_counts_only_under_the_lease_of_whoever_asked()
    {
        var letter = Letter();
        letter.Claim(owner, Noon, Lease).Should().BeTrue();
        letter.Claim(Guid.NewGuid(), Noon + Lease + TimeSpan.FromTicks(1), Lease).Should().BeTrue("the first lease lapsed");

        var recorded = letter.Answer(owner, [new(First, AttemptOutcome.Accepted, "250 ok")], Noon + Lease);

        recorded.Should().BeFalse();
        letter.State.Should().Be(LetterState.Sending);
        letter.Release(owner).Should().BeFalse("nor may it be given back by a stranger");
    }

    [Fact]
    public void A_running_lease_is_nobody_elses()
    {
        var letter = Letter();
        letter.Claim(owner, Noon, Lease);

        letter.Claim(Guid.NewGuid(), Noon + Lease, Lease).Should().BeFalse();
    }

    [Fact]
    public void A_lapsed_lease_leaves_an_attempt_of_unknown_outcome()
    {
        var letter = Letter(Second);
        letter.Claim(owner, Noon, Lease);

        letter.Claim(Guid.NewGuid(), Noon + (2 * Lease), Lease);

        letter.Attempts.Should().HaveCount(2).And.OnlyContain(a => a.Outcome == AttemptOutcome.Unknown && a.Attempt == 1);
        letter.MayHaveArrived.Should().BeTrue();
    }

    [Fact]
    public void An_accepted_letter_sent_again_on_purpose_gets_an_id_of_its_own()
    {
        var letter = Answered(Letter(), (First, AttemptOutcome.Accepted));
        var before = letter.MessageId("example.org");

        letter.Resend(null, Noon).TryGet(out _, out _).Should().BeTrue();

        letter.MessageId("example.org").Should().NotBe(before, "receivers drop a second letter of the same id");
        letter.Waiting.Should().Equal(First);
    }

    [Fact]
    public void A_letter_of_unknown_outcome_sent_again_keeps_its_id()
    {
        var letter = Answered(Answered(Letter(), (First, AttemptOutcome.Unknown)), (First, AttemptOutcome.Unknown));
        var before = letter.MessageId("example.org");
        letter.State.Should().Be(LetterState.GivenUp);

        letter.Resend(null, Noon.AddDays(1)).TryGet(out _, out _).Should().BeTrue();

        letter.MessageId("example.org").Should().Be(before);
    }

    [Fact]
    public void Of_two_addresses_only_the_one_without_it_is_sent_to_again()
    {
        var letter = Answered(Letter(Second), (First, AttemptOutcome.Accepted), (Second, AttemptOutcome.Refused));

        letter.Resend(Third, Noon).TryGet(out _, out _).Should().BeTrue();

        letter.Waiting.Should().Equal(Third);
        letter.To.Should().Be(First);
        letter.Copy.Should().Be(Third);
    }

    [Fact]
    public void Another_address_takes_the_place_of_the_refused_first_one()
    {
        var letter = Answered(Letter(Second), (First, AttemptOutcome.Refused), (Second, AttemptOutcome.Accepted));

        letter.Resend(Third, Noon).TryGet(out _, out _).Should().BeTrue();

        letter.Waiting.Should().Equal(Third);
        (letter.To, letter.Copy).Should().Be((Third, Second));
    }

    [Theory]
    [InlineData(AttemptOutcome.Accepted, AttemptOutcome.Accepted, LetterState.Accepted, false)]
    [InlineData(AttemptOutcome.Accepted, AttemptOutcome.Refused, LetterState.Accepted, true)]
    [InlineData(AttemptOutcome.Refused, AttemptOutcome.Accepted, LetterState.Accepted, true)]
    [InlineData(AttemptOutcome.Refused, AttemptOutcome.Refused, LetterState.Refused, false)]
    [InlineData(AttemptOutcome.Accepted, AttemptOutcome.Temporary, LetterState.Queued, false)]
    [InlineData(AttemptOutcome.Refused, AttemptOutcome.Temporary, LetterState.Queued, false)]
    public void Two_answers_give_one_honest_state(AttemptOutcome first, AttemptOutcome second, LetterState state, bool partial)
    {
        var letter = Answered(Letter(Second), (First, first), (Second, second));

        (letter.State, letter.IsPartial).Should().Be((state, partial));
    }

    [Fact]
    public void What_is_given_up_for_one_address_stays_accepted_for_the_other()
    {
        var letter = Answered(Letter(Second), (First, AttemptOutcome.Accepted), (Second, AttemptOutcome.Temporary));
        letter.Claim(owner, Noon.AddHours(47.99), Lease);

        letter.Answer(owner, [new(Second, AttemptOutcome.Temporary, "450 busy")], Noon.AddHours(47.99));

        letter.State.Should().Be(LetterState.Accepted);
        letter.CopyState.Should().Be(RecipientState.GivenUp);
    }

    [Fact]
    public void A_letter_resent_after_days_has_its_whole_retry_period_again()
    {
        var letter = Answered(Letter(), (First, AttemptOutcome.Refused));
        letter.Resend(null, Noon.AddDays(5));
        letter.Claim(owner, Noon.AddDays(5), Lease);

        letter.Answer(owner, [new(First, AttemptOutcome.Temporary, "450 busy")], Noon.AddDays(5));

        letter.State.Should().Be(LetterState.Queued);
        letter.NextAttemptAt.Should().Be(Noon.AddDays(5).AddMinutes(1));
    }

    [Fact]
    public void A_clock_that_is_set_back_during_an_attempt_leaves_the_retry_period_to_be_counted()
    {
        var (letter, ahead) = (Letter(), Noon.AddYears(10));
        letter.Claim(owner, ahead, Lease);
        letter.Answer(owner, [new(First, AttemptOutcome.Temporary, "450 busy")], ahead);
        letter.Claim(owner, ahead.AddMinutes(1), Lease).Should().BeTrue();

        letter.Answer(owner, [new(First, AttemptOutcome.Temporary, "450 busy")], Noon);

        letter.NextAttemptAt.Should().Be(Noon + RetrySchedule.AfterAttempt(2), "both attempts count");
        letter.Claim(owner, Noon.AddHours(47.99), Lease).Should().BeTrue();
        letter.Answer(owner, [new(First, AttemptOutcome.Temporary, "450 busy")], Noon.AddHours(47.99));
        letter.State.Should().Be(LetterState.GivenUp);
    }

    [Fact]
    public void A_clock_that_is_set_back_while_a_letter_is_being_sent_leaves_one_lease_and_a_counted_attempt()
    {
        var (letter, ahead) = (Letter(), Noon.AddYears(10));
        letter.Claim(owner, ahead, Lease);
        letter.Answer(owner, [new(First, AttemptOutcome.Temporary, "450 busy")], ahead);
        letter.Claim(owner, ahead.AddMinutes(1), Lease);
        letter.LeaseAnew(ahead, Lease).Should().BeFalse("nothing is wrong with it");

        letter.LeaseAnew(Noon, Lease).Should().BeTrue();

        letter.Claim(Guid.NewGuid(), Noon + Lease, Lease).Should().BeFalse("whoever sends it may still be at it");
        letter.Claim(Guid.NewGuid(), Noon + (2 * Lease), Lease).Should().BeTrue();
        letter.FirstTriedAt.Should().Be(Noon + (2 * Lease));
    }

    [Fact]
    public void A_recalled_letter_is_never_sent_again()
    {
        var letter = Letter();
        letter.Recall(Noon);

        Refused(letter.Resend(null, Noon)).Should().Be("letter.recalled", "what was recalled was wrong");
        letter.Claim(owner, Noon, Lease).Should().BeFalse();
    }

    [Fact]
    public void A_letter_that_one_address_has_cannot_be_recalled()
    {
        var letter = Answered(Letter(Second), (First, AttemptOutcome.Accepted), (Second, AttemptOutcome.Temporary));

        Refused(letter.Recall(Noon)).Should().Be("letter.left");
    }

    [Fact]
    public void A_sign_in_code_goes_to_one_address_is_forgotten_and_not_resent()
    {
        var letter = Letter(Second, LetterKind.SignIn);
        letter.Copy.Should().BeNull();

        Answered(letter, (First, AttemptOutcome.Accepted));

        (letter.TextBody, letter.HtmlBody).Should().Be(("", ""));
        Refused(letter.Resend(null, Noon)).Should().Be("letter.sign-in");
    }

    [Fact]
    public void A_subject_cannot_carry_a_header()
    {
        var person = new Person(PersonId.New(Noon), "Name\r\nBcc: x@example.org", null, First, Language.French, Roles.None);

        var letter = new OutboxLetter(LetterId.New(Noon), LetterKind.Notice, null, person, "key", new("Hello\r\nBcc: x@example.org", "t", "h"), Noon, Noon);

        letter.Subject.Should().NotContainAny("\r", "\n");
        letter.ToName.Should().NotContainAny("\r", "\n");
    }

    [Theory]
    [InlineData(250, "2.0.0 ok", AttemptOutcome.Accepted)]
    [InlineData(451, "later", AttemptOutcome.Temporary)]
    [InlineData(550, "no such user", AttemptOutcome.Refused)]
    [InlineData(550, "Connection Frequency limited", AttemptOutcome.Limited)]
    [InlineData(554, "rate limit exceeded", AttemptOutcome.Limited)]
    public void A_reply_is_read_by_its_code_and_its_known_words(int code, string text, AttemptOutcome outcome) =>
        RecipientAnswer.Of(First, code, text).Should().Be(new RecipientAnswer(First, outcome, $"{code} {text}"));

    [Fact]
    public void A_servers_words_are_one_line_of_bounded_length() =>
        RecipientAnswer.Of(First, 550, "a\r\nb" + new string('x', 5000)).Words.Should().StartWith("550 a  bxxx").And.HaveLength(RecipientAnswer.MaxWords);

    [Fact]
    public void Erased_it_says_that_there_was_a_letter_and_how_it_ended_and_nothing_else()
    {
        var letter = Answered(Letter(Second), (First, AttemptOutcome.Accepted), (Second, AttemptOutcome.Refused));
        var nobody = Nobody();

        letter.Erase(nobody, Noon).TryGet(out _, out _).Should().BeTrue();

        (letter.State, letter.IsPartial, letter.Subject, letter.TextBody, letter.HtmlBody, letter.ServerWords).Should().Be((LetterState.Accepted, true, "", "", "", null));
        letter.Attempts.Should().HaveCount(2).And.OnlyContain(attempt => attempt.To == nobody.Email && attempt.Words == "");
        Refused(letter.Resend(Third, Noon)).Should().Be("letter.erased");
    }

    [Fact]
    public void What_waits_is_withdrawn_when_it_is_erased_and_what_is_being_sent_is_not_touched()
    {
        var (waiting, leaving) = (Letter(), Letter());
        leaving.Claim(owner, Noon, Lease);

        waiting.Erase(Nobody(), Noon).TryGet(out _, out _).Should().BeTrue();

        (waiting.State, waiting.NextAttemptAt).Should().Be((LetterState.Recalled, null));
        Refused(leaving.Erase(Nobody(), Noon)).Should().Be("letter.sending");
        leaving.To.Should().Be(First);
    }

    [Fact]
    public void Nothing_is_sent_to_somebody_who_was_erased()
    {
        var letter = new OutboxLetter(LetterId.New(Noon), LetterKind.Notice, null, Nobody(), "key", new("Subject", "Text", "<p>Text</p>"), Noon, Noon);

        (letter.State, letter.NextAttemptAt, letter.Claim(owner, Noon, Lease)).Should().Be((LetterState.Recalled, null, false));
    }

    [Fact]
    public void A_name_is_blotted_out_of_a_calendar_whose_lines_are_folded_within_it()
    {
        var letter = Letter();
        letter.Attach("BEGIN:VEVENT\r\nDESCRIPTION:With Ru\r\n oxi\r\nEND:VEVENT\r\n");

        letter.Blot(text => text.Replace("Ruoxi", OutboxLetter.Blotted, StringComparison.Ordinal)).Should().BeTrue();

        letter.Calendar.Should().Be("BEGIN:VEVENT\r\nDESCRIPTION:With […]\r\nEND:VEVENT\r\n");
    }

    private static Person Nobody()
    {
        var person = new Person(PersonId.New(Noon), "Ruoxi", null, First, Language.English, Roles.None);
        person.Erase(Noon);
        return person;
    }

    private static string? Refused(Result<Done> result) => result.TryGet(out _, out var problem) ? null : problem.Code;

    private OutboxLetter Answered(OutboxLetter letter, params (EmailAddress To, AttemptOutcome Outcome)[] answers)
    {
        var now = letter.NextAttemptAt ?? Noon;
        letter.Claim(owner, now, Lease).Should().BeTrue();
        letter.Answer(owner, [.. answers.Select(a => new RecipientAnswer(a.To, a.Outcome, "words"))], now).Should().BeTrue();
        return letter;
    }

    private static OutboxLetter Letter(EmailAddress? second = null, LetterKind kind = LetterKind.Notice)
    {
        var person = new Person(PersonId.New(Noon), "Name", null, First, Language.English, Roles.None);
        person.ChangeSecondAddress(second);
        return new(LetterId.New(Noon), kind, null, person, "key", new("Subject", "Text", "<p>Text</p>"), Noon, Noon);
    }
}
