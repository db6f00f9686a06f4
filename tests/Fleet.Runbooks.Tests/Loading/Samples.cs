using Fleet.Runbooks.Loading;

namespace Fleet.Runbooks.Tests.Loading;

internal static class Samples
{
    /// <summary>The smallest right file, as lines so that tests can point at one.</summary>
    public const string Small = """
        apiVersion: fleet/v1
        name: small
        version: 1.0
        settings:
          paths.tool: /opt/tool
        phases:
          - name: only
            title: The only phase
            steps:
              - name: run
                title: Run it
                implements: [Q1]
                kind: shell
                command: ${paths.tool} --now
                timeLimit: 1h30m
                changes: true
        """;

    /// <summary>The small file with more lines in its step.</summary>
    public static string WithStep(string lines) => Small + "\n" + string.Join('\n', lines.Split('\n').Select(l => "        " + l)) + "\n";

    public static string Site(string lines) => $"apiVersion: fleet/v1\nname: site\nversion: 1\nextends: qingcloud-upgrade\n{lines}\n";

    public static IEnumerable<string> Told(string text) => RunbookLoader.Load(text).Problems.Select(p => p.ToString());

    public static LoadProblem TheOnlyProblem(string text)
    {
        var result = RunbookLoader.Load(text);
        result.Runbook.ShouldBeNull();
        result.Problems.Count.ShouldBe(1, string.Join('\n', result.Problems));
        return result.Problems[0];
    }
}
