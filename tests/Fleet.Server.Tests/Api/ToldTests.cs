using Fleet.Contracts.Decisions;
using Fleet.Runbooks.Texts;
using Fleet.Server.Api;

namespace Fleet.Server.Tests.Api;

/// <summary>A sentence within a sentence, and those below one, are told in the reader's language too.</summary>
public sealed class ToldTests
{
    private static readonly Finding Why = Finding.Of("window-closed", ("phase", "verify"));

    [Fact]
    public void What_stands_in_a_sentence_and_below_it_is_told_in_its_language()
    {
        var english = Text.Render(Why.Code, Why.Args);
        var finding = Finding.Of("wave-zone-not-looked-at", ("zone", "pek1a"), ("why", english)).Saying("why", Why).WithLines([english]).BecauseOf([Why]);
        var told = In(Language.English, finding);
        told.Text.ShouldContain(english);
        told.Lines.ShouldBe([english]);

        var chinese = Text.Render(Why.Code, Why.Args, Language.Chinese);
        chinese.ShouldNotBe(english);
        var spoken = In(Language.Chinese, finding);
        spoken.Text.ShouldContain(chinese);
        spoken.Text.ShouldNotContain(english);
        spoken.Lines.ShouldBe([chinese]);
        spoken.Args["why"].ShouldBe(english, "arguments are for programs");
    }

    [Fact]
    public void Lines_that_are_not_ours_are_left_as_they_are_and_what_is_said_is_read_again()
    {
        In(Language.Chinese, Finding.Of("window-closed", ("phase", "verify")).WithLines(["E: dpkg was interrupted"])).Lines.ShouldBe(["E: dpkg was interrupted"]);
        var again = System.Text.Json.JsonSerializer.Deserialize<Finding>(System.Text.Json.JsonSerializer.Serialize(Why.Saying("phase", Why).BecauseOf([Why])))!;
        (again.Said!["phase"].Code, again.Because!.Single().Code).ShouldBe(("window-closed", "window-closed"));
    }

    private static Told In(Language language, Finding finding)
    {
        var before = Language.Current;
        try
        {
            Language.Current = language;
            return Told.Of(finding);
        }
        finally
        {
            Language.Current = before;
        }
    }
}
