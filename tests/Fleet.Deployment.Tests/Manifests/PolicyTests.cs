using System.Text.Json.Nodes;

namespace Fleet.Deployment.Tests.Manifests;

/// <summary>The rules themselves: each finds what it is there for.</summary>
public sealed class PolicyTests
{
    public static TheoryData<string, string> Breaches => new()
    {
        { """{"runAsNonRoot": true""", """{"runAsNonRoot": false""" },
        { "\"runAsUser\": 1654", "\"runAsUser\": 0" },
        { "\"readOnlyRootFilesystem\": true", "\"readOnlyRootFilesystem\": false" },
        { "\"allowPrivilegeEscalation\": false", "\"allowPrivilegeEscalation\": true" },
        { """{"drop": ["ALL"]}""", """{"drop": ["NET_RAW"]}""" },
        { """{"drop": ["ALL"]}""", """{"drop": ["ALL"], "add": ["SYS_PTRACE"]}""" },
        { "fleet:0.1.0", "fleet:latest" },
        { "fleet:0.1.0", "fleet" },
        { "fleet:0.1.0", "registry.example.org:5000/fleet" },
        { "\"limits\": {\"cpu\": \"1\", ", "\"limits\": {" },
        { "\"automountServiceAccountToken\": false", "\"automountServiceAccountToken\": true" },
        { "\"emptyDir\": {\"sizeLimit\": \"1Mi\"}", "\"emptyDir\": {}" },
        { "\"emptyDir\": {\"sizeLimit\": \"1Mi\"}", "\"hostPath\": {\"path\": \"/\"}" },
        { "\"value\": \"http://x\"", "\"value\": \"amqp://fleet:Ahf3aLo9@rabbitmq:5672\"" },
        { "\"value\": \"http://x\"", "\"value\": \"Host=db;Username=fleet;Password=Ahf3aLo9\"" },
        { "\"startupProbe\"", "\"startProbe\"" },
    };

    [Fact]
    public void What_keeps_to_the_policy_has_no_problem() => Policy.Problems([Read(Good)]).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Breaches))]
    public void Each_breach_is_found(string right, string wrong)
    {
        Good.ShouldContain(right);
        Policy.Problems([Read(Good.Replace(right, wrong, StringComparison.Ordinal))]).ShouldNotBeEmpty();
    }

    [Fact]
    public void A_secret_with_its_content_is_found() =>
        Policy.Problems([Read("""{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "b"}}""")]).ShouldHaveSingleItem();

    [Theory]
    [InlineData("\"serviceAccountName\": \"fleet\"", "\"serviceAccountName\": \"other\"", "ServiceAccount/other")]
    [InlineData("\"matchLabels\": {\"a\": \"b\"}", "\"matchLabels\": {\"a\": \"c\"}", "does not select its own pods")]
    [InlineData("\"mountPath\"", "\"name\": \"nothing\", \"mountPath\"", "which is no volume")]
    [InlineData("\"name\": \"A\", \"value\": \"http://x\"", "\"name\": \"A\", \"valueFrom\": {\"secretKeyRef\": {\"name\": \"s\", \"key\": \"k\"}}", "Secret/s")]
    public void What_is_named_and_not_there_is_found(string right, string wrong, string problem)
    {
        Good.ShouldContain(right);
        var made = new HashSet<string> { "ServiceAccount/fleet" };
        References.Problems([Read(Good)], made).ShouldBeEmpty();
        References.Problems([Read(wrong.Contains("nothing", StringComparison.Ordinal) ? Good.Replace("{\"name\": \"tmp\", \"mountPath\"", "{\"name\": \"nothing\", \"mountPath\"", StringComparison.Ordinal) : Good.Replace(right, wrong, StringComparison.Ordinal))], made).ShouldContain(p => p.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_service_or_policy_that_reaches_nobody_is_found()
    {
        var service = Read("""{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"selector": {"a": "z"}, "ports": [{"port": 1, "targetPort": "http"}]}}""");
        var policy = Read("""{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p"}, "spec": {"podSelector": {}, "egress": [{"to": [{"podSelector": {"matchLabels": {"a": "z"}}}]}]}}""");
        var problems = References.Problems([Read(Good), service, policy], new HashSet<string> { "ServiceAccount/fleet" });
        problems.ShouldContain(p => p.StartsWith("Service/s selects no pod", StringComparison.Ordinal));
        problems.ShouldContain(p => p.StartsWith("Service/s leads to the port http", StringComparison.Ordinal));
        problems.ShouldContain(p => p.StartsWith("NetworkPolicy/p selects no pod", StringComparison.Ordinal));
    }

    private static Resource Read(string json) => new(JsonNode.Parse(json)!.AsObject());

    private const string Good = """
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": {
          "selector": {"matchLabels": {"a": "b"}},
          "template": {"metadata": {"labels": {"a": "b"}}, "spec": {
            "serviceAccountName": "fleet", "automountServiceAccountToken": false, "enableServiceLinks": false,
            "securityContext": {"runAsNonRoot": true, "runAsUser": 1654, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{"name": "c", "image": "fleet:0.1.0",
              "env": [{"name": "A", "value": "http://x"}],
              "startupProbe": {}, "livenessProbe": {}, "readinessProbe": {},
              "securityContext": {"readOnlyRootFilesystem": true, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
              "resources": {"requests": {"cpu": "1", "memory": "1Mi", "ephemeral-storage": "1Mi"}, "limits": {"cpu": "1", "memory": "1Mi", "ephemeral-storage": "1Mi"}},
              "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}]}],
            "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "1Mi"}}]}}}}
        """;
}
