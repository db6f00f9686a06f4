using Fleet.Server.Chat.Commands;

namespace Fleet.Server.Tests.Chat.Commands;

public sealed class ChatWordsTests
{
    [Theory]
    [InlineData("status nov-window", "status|nov-window")]
    [InlineData("  answer 1a2b  no --comment 'disk is broken' ", "answer|1a2b|no|--comment|disk is broken")]
    [InlineData("answer 1a --text \"say \\\"yes\\\"\"", "answer|1a|--text|say \"yes\"")]
    [InlineData("reject x --comment “not now”", "reject|x|--comment|not now")]
    [InlineData("it’s fine", "it’s|fine")]
    [InlineData("--comment 'it’s “fine”'", "--comment|it’s “fine”")]
    [InlineData("a''b", "ab")]
    [InlineData("x ''", "x|")]
    [InlineData("", "")]
    public void Words_are_read_as_a_shell_reads_them(string text, string words) => string.Join('|', ChatWords.Split(text)!).ShouldBe(words);

    [Fact]
    public void A_quote_that_is_not_closed_is_no_command() => ChatWords.Split("answer 1a --comment 'disk").ShouldBeNull();

    [Theory]
    [InlineData("rollout pause x", "pause x")]
    [InlineData("rollout show x", "status x")]
    [InlineData("rollout list", "status")]
    [InlineData("decisions list --rollout x", "decisions --rollout x")]
    [InlineData("decisions answer 1a yes", "answer 1a yes")]
    [InlineData("decisions show 1a", "decisions show 1a")]
    [InlineData("plan show 3f9a", "plan show 3f9a")]
    [InlineData("whoami", "who")]
    public void What_the_program_is_told_is_understood_here_too(string typed, string meant) => string.Join(' ', ChatVerbs.Shortened(typed.Split(' '))).ShouldBe(meant);

    [Fact]
    public void Options_flags_and_words_are_told_apart_and_all_that_is_wrong_is_told()
    {
        List<Fleet.Contracts.Decisions.Finding> problems = [];
        var given = ChatArguments.Read(ChatVerbs.Find("answer")!, ["1a2b", "yes", "--scope=rollout", "—comment", "why", "--and-later"], problems);
        problems.ShouldBeEmpty();
        (given.Word(0), given.Word(1), given.Get("--scope"), given.Get("--comment"), given.Has("--and-later")).ShouldBe(("1a2b", "yes", "rollout", "why", true));

        ChatArguments.Read(ChatVerbs.Find("answer")!, ["--scop", "x", "a", "b", "--comment"], problems);
        problems.Select(p => p.Code).ShouldBe(["chat-option-meant", "chat-option-empty", "chat-words-many"]);
        problems[0].Args["meant"].ShouldBe("--scope");
    }

    [Fact]
    public void Every_command_has_a_word_of_its_own_a_sentence_and_examples_that_it_takes()
    {
        ChatVerbs.All.Select(v => v.Name).Distinct().Count().ShouldBe(ChatVerbs.All.Count);
        foreach (var verb in ChatVerbs.All)
        {
            foreach (var language in Fleet.Runbooks.Texts.Language.All)
                verb.Told(language).ShouldNotBe(verb.About);
            foreach (var example in verb.Examples)
            {
                List<Fleet.Contracts.Decisions.Finding> problems = [];
                var words = ChatVerbs.Shortened(ChatWords.Split(example)!);
                words[0].ShouldBe(verb.Name);
                ChatArguments.Read(verb, words[1..], problems);
                problems.ShouldBeEmpty(example);
            }
        }
    }
}
