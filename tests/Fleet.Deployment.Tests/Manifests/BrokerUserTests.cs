namespace Fleet.Deployment.Tests.Manifests;

/// <summary>The rights of the broker's users in the manifests and in docs are those that deploy/rabbitmq/permissions.yaml has, which other tests hold against a real broker.</summary>
public sealed class BrokerUserTests
{
    [Theory]
    [InlineData("overlays/production", "coordinator default remote")]
    [InlineData("overlays/production-external-db", "coordinator default")]
    public async Task Each_user_has_the_rights_of_its_part_and_no_more(string overlay, string users)
    {
        var permissions = (await Kustomize.ResourcesAsync(overlay)).Where(r => r.Kind == "Permission").ToDictionary(r => r.Name, r => (r.Text("spec", "permissions", "configure"), r.Text("spec", "permissions", "write"), r.Text("spec", "permissions", "read")));
        permissions.ShouldBe(users.Split(' ').ToDictionary(u => u == "coordinator" ? "fleet-coordinator" : $"fleet-worker-{u}", Rights), ignoreOrder: true);
    }

    [Theory]
    [InlineData("docs/operations.md")]
    [InlineData("docs/zh-CN/operations.md")]
    public void The_commands_in_the_docs_give_the_same_rights(string page)
    {
        foreach (var (user, part) in new[] { ("fleet-coordinator", "coordinator"), ("fleet-worker-default", "default") })
        {
            var (configure, write, read) = Rights(part);
            Repository.Read(page.Split('/')).ShouldContain($"set_permissions -p fleet {user} '{configure}' '{write}' '{read}'");
        }
    }

    /// <param name="part"><c>coordinator</c>, or a pool.</param>
    private static (string? Configure, string? Write, string? Read) Rights(string part)
    {
        var lines = Repository.Read("deploy", "rabbitmq", "permissions.yaml").Split('\n').SkipWhile(l => l != (part == "coordinator" ? "coordinator:" : "worker:")).Skip(1).Take(3)
            .Select(l => l.Trim().Split(": ", 2)[1].Replace("POOL", part, StringComparison.Ordinal)).ToList();
        return (lines[0], lines[1], lines[2]);
    }
}
