using System.Text.Json.Nodes;

namespace Fleet.Deployment.Tests.Manifests;

/// <summary>What one manifest names is there in another, or is on the list of what is made beforehand. Pure.</summary>
internal static class References
{
    /// <param name="made">Like <c>Secret/fleet-ssh</c>: made by people or operators.</param>
    public static IReadOnlyList<string> Problems(IReadOnlyList<Resource> resources, IReadOnlySet<string> made)
    {
        var there = resources.Select(r => r.Title).Concat(made).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. resources.SelectMany(r => Named(r).Where(n => !n.Optional && !there.Contains(n.Title)).Select(n => $"{r.Title} names {n.Title}, which is not there")),
            .. resources.SelectMany(r => SelectorProblems(r, resources)),
            .. resources.SelectMany(MountProblems),
            .. resources.Where(r => r.Kind is "Deployment" or "StatefulSet").Where(r => !Matches(Selector(r.At("spec", "selector", "matchLabels")), LabelsOf(r))).Select(r => $"{r.Title} does not select its own pods"),
            .. resources.Where(r => r.Kind == "Service").SelectMany(s => PortProblems(s, resources)),
        ];
    }

    /// <summary>The objects that it cannot do without, and those that it takes where they are.</summary>
    public static IEnumerable<(string Title, bool Optional)> Named(Resource resource)
    {
        foreach (var node in Resource.Everything(resource.Json))
        {
            foreach (var (key, kind, field) in new[]
            {
                ("configMapRef", "ConfigMap", "name"), ("configMapKeyRef", "ConfigMap", "name"), ("configMap", "ConfigMap", "name"), ("secretRef", "Secret", "name"), ("secretKeyRef", "Secret", "name"),
                ("secret", "Secret", "name"), ("secret", "Secret", "secretName"), ("persistentVolumeClaim", "PersistentVolumeClaim", "claimName"),
            })
            {
                if ((node[key] as JsonObject)?[field]?.ToString() is { } name)
                    yield return ($"{kind}/{name}", node[key]!["optional"] is JsonValue optional && (bool)optional);
            }
        }

        foreach (var tls in Resource.Items(resource.At("spec"), "tls"))
            yield return ($"Secret/{tls["secretName"]}", false);
        if (resource.Pod?["serviceAccountName"]?.ToString() is { } account)
            yield return ($"ServiceAccount/{account}", false);
        if (resource.Pod?["priorityClassName"]?.ToString() is { } priority)
            yield return ($"PriorityClass/{priority}", false);
        if (resource.Kind == "ScaledObject")
            yield return ($"Deployment/{resource.Text("spec", "scaleTargetRef", "name")}", false);
        if (resource.Kind == "Ingress")
            foreach (var backend in Resource.Everything(resource.Json).Where(n => n["service"] is JsonObject))
                yield return ($"Service/{backend["service"]!["name"]}", false);
    }

    /// <summary>Services, budgets and network policies speak of pods that exist; the operators' pods are known by their labels.</summary>
    private static IEnumerable<string> SelectorProblems(Resource resource, IReadOnlyList<Resource> resources)
    {
        var pods = resources.Select(LabelsOf).Where(l => l.Count > 0).Concat(OperatorPods(resources)).ToList();
        IEnumerable<JsonNode?> selectors = resource.Kind switch
        {
            "Service" => [new JsonObject { ["matchLabels"] = resource.At("spec", "selector")?.DeepClone() }],
            "PodDisruptionBudget" => [resource.At("spec", "selector")],
            "NetworkPolicy" => Resource.Everything(resource.Json).Where(n => n["podSelector"] is JsonObject).Select(n => n["podSelector"]),
            _ => [],
        };
        return selectors.Where(s => !pods.Any(p => Fits(s, p))).Select(s => $"{resource.Title} selects no pod by {s?.ToJsonString()}");
    }

    private static IEnumerable<IReadOnlyDictionary<string, string>> OperatorPods(IReadOnlyList<Resource> resources) => resources.SelectMany(r => r.Kind switch
    {
        "RabbitmqCluster" => [new Dictionary<string, string> { ["app.kubernetes.io/name"] = r.Name, ["app.kubernetes.io/component"] = "rabbitmq" }],
        "Cluster" => new[] { new Dictionary<string, string>(Resource.Labels(r.At("spec", "inheritedMetadata", "labels"))) { ["cnpg.io/cluster"] = r.Name } },
        _ => [],
    });

    private static bool Fits(JsonNode? selector, IReadOnlyDictionary<string, string> labels) =>
        Matches(Selector(selector?["matchLabels"]), labels)
        && Resource.Items(selector, "matchExpressions").All(e => e["operator"]?.ToString() == "In" && labels.TryGetValue(e["key"]!.ToString(), out var value) && e["values"]!.AsArray().Any(v => v?.ToString() == value));

    private static IReadOnlyDictionary<string, string> Selector(JsonNode? labels) => Resource.Labels(labels);

    private static bool Matches(IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string> labels) => wanted.All(w => labels.TryGetValue(w.Key, out var value) && value == w.Value);

    private static IReadOnlyDictionary<string, string> LabelsOf(Resource resource) => Resource.Labels(resource.Template?["metadata"]?["labels"]);

    private static IEnumerable<string> MountProblems(Resource resource)
    {
        var volumes = Resource.Items(resource.Pod, "volumes").Concat(Resource.Items(resource.At("spec"), "volumeClaimTemplates").Select(c => c["metadata"]!.AsObject())).Select(v => v["name"]?.ToString()).ToHashSet();
        return resource.Containers.SelectMany(c => Resource.Items(c, "volumeMounts").Where(m => !volumes.Contains(m["name"]?.ToString())).Select(m => $"{resource.Title}/{c["name"]} mounts {m["name"]}, which is no volume"));
    }

    private static IEnumerable<string> PortProblems(Resource service, IReadOnlyList<Resource> resources)
    {
        var wanted = Selector(service.At("spec", "selector"));
        var open = resources.Where(r => r.Pod is not null && Matches(wanted, LabelsOf(r))).SelectMany(r => r.Containers).SelectMany(c => Resource.Items(c, "ports")).SelectMany(p => new[] { p["name"]?.ToString(), p["containerPort"]?.ToString() }).ToHashSet();
        return Resource.Items(service.At("spec"), "ports").Where(p => !open.Contains(p["targetPort"]?.ToString())).Select(p => $"{service.Title} leads to the port {p["targetPort"]}, which no container has");
    }
}
