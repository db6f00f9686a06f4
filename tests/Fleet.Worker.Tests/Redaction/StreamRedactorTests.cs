using System.Text;
using CsCheck;
using Fleet.Worker.Redaction;

namespace Fleet.Worker.Tests.Redaction;

public sealed class StreamRedactorTests
{
    private const string Secret = "S3cr3t-Horse";

    private static readonly SecretMatcher Known = new(SecretForms.Of(Secret).Concat(SecretForms.Of("S3cr3t-Cow and more")));

    [Theory]
    [InlineData("root:hunter2 password=hunter2 x", "root:hunter2 password=******* x")]
    [InlineData("PASSWORD: 'two words' x", "PASSWORD: *********** x")]
    [InlineData("db_password => \"a\\\"b c\",", "db_password => ********,")]
    [InlineData("{\"token\":\"abc\",\"user\":\"ann\"}", "{\"token\":*****,\"user\":\"ann\"}")]
    [InlineData("MYSQL_PWD=x y", "MYSQL_PWD=* y")]
    [InlineData("PWD=/root/up OLDPWD=/", "PWD=/root/up OLDPWD=/")]
    [InlineData("密码：大象 好", "密码：****** 好")]
    [InlineData("mysql -u root -pabc db", "mysql -u root -p*** db")]
    [InlineData("mysqldump --password=abc db", "mysqldump --password=*** db")]
    [InlineData("tool --password abc --all", "tool --password *** --all")]
    [InlineData("sshpass -p abc ssh node1", "sshpass -p *** ssh node1")]
    [InlineData("amqp://fleet:a@b@mq:5672/vh", "amqp://fleet:***@mq:5672/vh")]
    [InlineData("https://node1:8080/a@b", "https://node1:8080/a@b")]
    [InlineData("Authorization: Basic YWJjOmRlZg==", "Authorization: Basic ************")]
    [InlineData("Basic configuration of nodes", "Basic configuration of nodes")]
    [InlineData("bearer abcdefghijklmnop", "bearer ****************")]
    [InlineData("use ghp_abcdefghijklmnopqrstuv now", "use ************************** now")]
    [InlineData("fleet_abcdefghijklmnopqr", "************************")]
    [InlineData("AKIAABCDEFGHIJKLMNOP", "********************")]
    [InlineData("eyJhbGciOiJI.eyJzdWIiOiI.c2lnbmF0", "*********************************")]
    [InlineData("root:$6$salt$abcdefghij:19000:", "root:$6$***************:19000:")]
    [InlineData("Are you sure to update [hyper] nodes with [hyper] packages [y/N]?", "Are you sure to update [hyper] nodes with [hyper] packages [y/N]?")]
    [InlineData("Password: ", "Password: ")]
    public void What_looks_like_a_secret_is_hidden(string printed, string shown) => Whole(SecretMatcher.Nothing, printed).ShouldBe(shown);

    [Fact]
    public void A_known_secret_is_hidden_in_each_of_its_forms()
    {
        var bytes = Encoding.UTF8.GetBytes(Secret);
        foreach (var form in new[] { Secret, Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes), Uri.EscapeDataString("S3cr3t-Horse") })
            Whole(Known, $"({form})").ShouldBe($"({new string('*', form.Length)})");
        foreach (var before in new[] { "", "a", "ab", "abc", "user:" })
        {
            var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{before}{Secret}!"));
            var shown = Whole(Known, encoded);
            // What is left of it decodes to less than a character of it at either end.
            shown.Count(c => c == '*').ShouldBeGreaterThan((Secret.Length * 4 / 3) - 3);
        }
    }

    [Fact]
    public void Values_too_short_to_be_told_from_words_are_not_looked_for() => new SecretMatcher(SecretForms.Of("root")).IsEmpty.ShouldBeTrue();

    [Fact]
    public void A_private_key_is_hidden_to_its_end_whatever_stands_before_its_lines()
    {
        const string Key = "[node1] -----BEGIN OPENSSH PRIVATE KEY-----\n[node1] b3BlbnNzaC1rZXktdjEAAAAA\n[node1] QyNTUxOQAAACBabcdefghijk\n[node1] -----END OPENSSH PRIVATE KEY-----\nQyNTUxOQAAACBabcdefghijk\n";
        Whole(SecretMatcher.Nothing, Key).ShouldBe(
            "[node1] -----BEGIN OPENSSH PRIVATE KEY-----\n[node1] ************************\n[node1] ************************\n[node1] -----END OPENSSH PRIVATE KEY-----\nQyNTUxOQAAACBabcdefghijk\n");
        Whole(SecretMatcher.Nothing, "-----BEGIN RSA PRIVATE KEY-----\r\nMIIB\r\n-----END RSA PRIVATE KEY-----\r\nMIIB\r\n").ShouldBe("-----BEGIN RSA PRIVATE KEY-----\r\n****\r\n-----END RSA PRIVATE KEY-----\r\nMIIB\r\n");
        Whole(SecretMatcher.Nothing, "{\"key\": \"x\"} -----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG\\n-----END PRIVATE KEY-----").ShouldNotContain("MIIE");
    }

    [Fact]
    public void The_lines_of_a_known_key_are_hidden_without_its_first_and_last_line()
    {
        var known = new SecretMatcher(SecretForms.Of("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\nQyNTUxOQAAACBabcdefghijk\n-----END OPENSSH PRIVATE KEY-----"));
        Whole(known, "x QyNTUxOQAAACBabcdefghijk y\n").ShouldBe("x ************************ y\n");
    }

    [Fact]
    public void A_block_that_never_ends_hides_a_bounded_number_of_lines()
    {
        var shown = Whole(SecretMatcher.Nothing, "-----BEGIN PRIVATE KEY-----\n" + string.Concat(Enumerable.Repeat("abcdefghijklmnopqrst\n", 300)));
        shown.Split('\n')[200].ShouldBe("********************");
        shown.Split('\n')[290].ShouldBe("abcdefghijklmnopqrst");
    }

    [Fact]
    public void However_the_bytes_are_cut_the_same_is_hidden()
    {
        var word = OneOf(
            "password=hunter2", "password: ", "'two words'", "\"an \\\" open", "token=>", Secret, "S3cr3t-", "Horse", "S3cr3t-Cow and more", "S3cr3t-Cow", "-pabc", "mysql", "amqp://u:p@ss@h", "Authorization: Bearer", "ghp_abcdefghijklmnopqrstuvwxyz",
            "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----", "MIIEvQIBADANBgkqhkiGabc", "MI==", "密码：", "大象", "x", "=", ":", "\"", "'", "\\");
        var text = Gen.Select(word, OneOf(" ", "", "\n", "\r\n", "  ", "\t"), (w, s) => w + s).List[0, 40].Select(l => Encoding.UTF8.GetBytes(string.Concat(l)));
        Gen.Select(text, Gen.Int[1, 9].List[1, 20]).Sample(
            (bytes, sizes) =>
            {
                var whole = Pieces(Known, bytes, [int.MaxValue]);
                var cut = Pieces(Known, bytes, sizes);
                Encoding.Latin1.GetString(cut.Shown.Span).ShouldBe(Encoding.Latin1.GetString(whole.Shown.Span));
                Raw(cut).ShouldBe(bytes);
            },
            iter: 3000);
    }

    [Fact]
    public void However_a_line_without_end_is_cut_the_same_is_hidden()
    {
        var random = new Random(7);
        for (var round = 0; round < 8; round++)
        {
            var line = new StringBuilder();
            while (line.Length < 60_000)
                line.Append(random.Next(12) switch { 0 => Secret, 1 => " password=hunter2 ", 2 => " ghp_abcdefghijklmnopqrstuvwxyz", 3 => " ", 4 => new string('y', random.Next(3000)), _ => "word" });
            var bytes = Encoding.UTF8.GetBytes(line.ToString());
            var whole = Pieces(Known, bytes, [int.MaxValue]);
            Pieces(Known, bytes, [random.Next(1, 5000), random.Next(1, 40_000), 17]).Shown.Span.SequenceEqual(whole.Shown.Span).ShouldBeTrue();
            Encoding.UTF8.GetString(whole.Shown.Span).ShouldNotContain(Secret);
            Encoding.UTF8.GetString(whole.Shown.Span).ShouldNotContain("hunter2");
        }
    }

    [Fact]
    public void A_question_is_given_out_at_once_and_the_line_goes_on_behind_it()
    {
        var redactor = new StreamRedactor(Known);
        var shown = new Redacted();
        redactor.Feed("New password [S3cr"u8, shown);
        redactor.Held.ShouldBe("[S3cr".Length);
        redactor.Flush(shown);
        redactor.Held.ShouldBe(0);
        redactor.Feed("3t-Horse] ok\n"u8, shown);
        // What was shown before the question cannot be taken back; the rest of the secret is hidden.
        Encoding.UTF8.GetString(shown.Shown.Span).ShouldBe("New password [S3cr********] ok\n");
    }

    [Fact]
    public void What_has_an_end_is_not_held_back()
    {
        var redactor = new StreamRedactor(Known);
        var shown = new Redacted();
        redactor.Feed("Unpacking\nStep 3 of "u8, shown);
        Encoding.UTF8.GetString(shown.Shown.Span).ShouldBe("Unpacking\nStep 3 of ");
    }

    [Fact]
    public void Lines_that_a_backtracking_matcher_would_chew_on_for_hours_are_read()
    {
        var hard = string.Concat(Enumerable.Repeat("password-password-password-" + new string('a', 6000) + " mysql " + new string('-', 5000) + "\"\"\"'''://://:::\n", 50));
        Whole(Known, hard).ShouldBe(hard);
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string Whole(SecretMatcher known, string printed) => Encoding.UTF8.GetString(Pieces(known, Encoding.UTF8.GetBytes(printed), [int.MaxValue]).Shown.Span);

    private static Redacted Pieces(SecretMatcher known, byte[] bytes, IReadOnlyList<int> sizes)
    {
        var (redactor, shown) = (new StreamRedactor(known), new Redacted());
        for (int at = 0, i = 0; at < bytes.Length; i++)
        {
            var size = Math.Min(sizes[i % sizes.Count], bytes.Length - at);
            redactor.Feed(bytes.AsSpan(at, size), shown);
            at += size;
        }

        redactor.Flush(shown);
        return shown;
    }

    /// <summary>What was printed, put together again from what is shown and what is hidden.</summary>
    private static byte[] Raw(Redacted redacted)
    {
        var bytes = redacted.Shown.ToArray();
        foreach (var hidden in redacted.Hidden)
            hidden.Bytes.Span.CopyTo(bytes.AsSpan((int)hidden.Offset));
        return bytes;
    }
}
