using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Tests.Letters;

public sealed class LetterIdTests
{
    private static readonly PersonId Reader = PersonId.From(new("01a20e90-b547-797e-a326-3742d1759388"));

    [Fact]
    public void An_id_that_follows_from_its_key_is_the_same_on_every_machine_and_in_every_year()
    {
        // What the relay journals in use hold: another value would send letters twice after a restore.
        LetterId.Of("reminder:1", Reader).ToString().Should().Be("28409dcc-c097-8382-a201-dc11b38640bb");
    }

    [Fact]
    public void Another_key_or_another_reader_is_another_letter()
    {
        LetterId[] ids = [LetterId.Of("reminder:1", Reader), LetterId.Of("reminder:2", Reader), LetterId.Of("reminder:1", PersonId.From(new("01a20e90-b547-797e-a326-3742d1759389")))];

        ids.Should().OnlyHaveUniqueItems().And.OnlyContain(id => id.Value.Version == 8 && id.Value.Variant >= 8 && id.Value.Variant <= 11);
    }
}
