using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Fleet.Cli.Settings;
using Fleet.Orchestration.Debts;
using Fleet.Orchestration.Identities;
using Fleet.Orchestration.Transcripts;
using Fleet.Orchestration.Workers;
using Fleet.Server.Api;
using Fleet.Server.Api.Access;
using Fleet.Server.Api.Calendars;
using Fleet.Server.Api.Checks;
using Fleet.Server.Api.Decisions;
using Fleet.Server.Api.Handovers;
using Fleet.Server.Api.Packages;
using Fleet.Server.Api.Plans;
using Fleet.Server.Api.Records;
using Fleet.Server.Api.Reports;
using Fleet.Server.Api.Rollouts;
using Fleet.Server.Api.Runbooks;
using Fleet.Server.Api.Zones;

namespace Fleet.Cli.Tests.Schemas;

/// <summary>What every command prints with <c>-o json</c>, as a JSON schema made from the documents themselves.</summary>
internal static class CliSchema
{
    public static readonly IReadOnlyDictionary<string, Type> Commands = new Dictionary<string, Type>
    {
        ["audit"] = typeof(IReadOnlyList<AuditDocument>),
        ["audit verify"] = typeof(AuditVerificationDocument),
        ["calendar clear"] = typeof(CalendarDocument),
        ["calendar set"] = typeof(CalendarDocument),
        ["calendar show"] = typeof(CalendarDocument),
        ["calendar zones"] = typeof(IReadOnlyList<ZoneOpeningDocument>),
        ["check"] = typeof(CheckDocument),
        ["check history"] = typeof(IReadOnlyList<ZoneCheckDocument>),
        ["check list"] = typeof(IReadOnlyList<CheckListDocument>),
        ["check show"] = typeof(CheckDocument),
        ["decisions answer"] = typeof(AnswerDocument),
        ["decisions claim"] = typeof(AnswerDocument),
        ["decisions let-go"] = typeof(AnswerDocument),
        ["decisions list"] = typeof(IReadOnlyList<DecisionDocument>),
        ["decisions show"] = typeof(DecisionDocument),
        ["decisions policy"] = typeof(PolicyDocument),
        ["decisions take-back"] = typeof(RolloutDocument),
        ["debts"] = typeof(IReadOnlyList<DebtView>),
        ["debts settle"] = typeof(DebtView),
        ["guards"] = typeof(IReadOnlyList<GuardDocument>),
        ["guards release"] = typeof(GuardDocument),
        ["nodes readmit"] = typeof(ReadmissionDocument),
        ["handover"] = typeof(HandoverDocument),
        ["logs"] = typeof(IReadOnlyList<TranscriptView>),
        ["packages add"] = typeof(PackageDocument),
        ["packages list"] = typeof(IReadOnlyList<PackageDocument>),
        ["packages remove"] = typeof(PackageDocument),
        ["packages show"] = typeof(PackageDocument),
        ["plan"] = typeof(PlanDocument),
        ["plan list"] = typeof(IReadOnlyList<PlanSummaryDocument>),
        ["plan show"] = typeof(PlanDocument),
        ["rollout abort"] = typeof(RolloutDocument),
        ["rollout abort --preview"] = typeof(AbortPreviewDocument),
        ["rollout add"] = typeof(RolloutDocument),
        ["rollout approve"] = typeof(RolloutDocument),
        ["rollout exclude"] = typeof(RolloutDocument),
        ["rollout limits"] = typeof(RolloutDocument),
        ["rollout list"] = typeof(IReadOnlyList<RolloutDocument>),
        ["rollout pause"] = typeof(RolloutDocument),
        ["rollout reject"] = typeof(RolloutDocument),
        ["rollout report"] = typeof(ReportDocument),
        ["rollout report --audience customer"] = typeof(CustomerReportDocument),
        ["rollout resume"] = typeof(RolloutDocument),
        ["rollout retry"] = typeof(RolloutDocument),
        ["rollout rollback-sheet"] = typeof(RollbackSheetDocument),
        ["rollout show"] = typeof(RolloutDocument),
        ["rollout skip"] = typeof(RolloutDocument),
        ["rollout start"] = typeof(RolloutDocument),
        ["rollout watch"] = typeof(RolloutDocument),
        ["rollout waive"] = typeof(RolloutDocument),
        ["runbook add"] = typeof(RunbookDocument),
        ["runbook list"] = typeof(IReadOnlyList<RunbookDocument>),
        ["runbook show"] = typeof(RunbookDocument),
        ["settings lang"] = typeof(PersonalSettings),
        ["timeline"] = typeof(TimelineDocument),
        ["workers"] = typeof(IReadOnlyList<WorkerView>),
        ["identity link"] = typeof(ChatAccountDocument),
        ["identity list"] = typeof(IReadOnlyList<ChatAccountDocument>),
        ["identity unlink"] = typeof(ChatAccountDocument),
        ["session list"] = typeof(IReadOnlyList<EndedSessions>),
        ["session revoke"] = typeof(EndedSessions),
        ["token create"] = typeof(MadeTokenDocument),
        ["token list"] = typeof(IReadOnlyList<TokenDocument>),
        ["token revoke"] = typeof(TokenDocument),
        ["whoami"] = typeof(WhoAmIDocument),
        ["zones import"] = typeof(ImportDocument),
        ["zones list"] = typeof(IReadOnlyList<ZoneDocument>),
        ["zones remove"] = typeof(ZoneDocument),
        ["zones return"] = typeof(ReturnDocument),
        ["zones show"] = typeof(ZoneDocument),
        ["zones take"] = typeof(ZoneDocument),
        ["zones test"] = typeof(IReadOnlyList<ProbeDocument>),
        ["zones trust"] = typeof(IReadOnlyList<ProbeDocument>),
    };

    public static JsonObject Make()
    {
        var commands = new JsonObject();
        var definitions = new JsonObject();
        foreach (var (command, type) in Commands.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            var element = type.IsGenericType ? type.GenericTypeArguments[0] : type;
            var name = element.Name;
            definitions[name] ??= Below(Describe(element), $"#/$defs/{name}");
            var reference = new JsonObject { ["$ref"] = $"#/$defs/{name}" };
            commands[command] = type.IsGenericType ? new JsonObject { ["type"] = "array", ["items"] = reference } : reference;
        }

        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = "https://fleet.example/schemas/cli.schema.json",
            ["title"] = "What fleet prints with -o json",
            ["description"] = "Each property of this object is a command; its schema is what that command prints. Fields may be added; none is removed or renamed.",
            ["type"] = "object",
            ["properties"] = commands,
            ["$defs"] = definitions,
        };
    }

    private static JsonNode Describe(Type type)
    {
        var options = new JsonSerializerOptions(ApiJson.Options) { RespectNullableAnnotations = true, TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver() };
        return options.GetJsonSchemaAsNode(type, new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });
    }

    /// <summary>A schema refers to its own parts from its root; here it is no root any more.</summary>
    private static JsonNode Below(JsonNode schema, string place)
    {
        if (schema is JsonObject rules)
        {
            if (rules["$ref"]?.GetValue<string>() is { } reference)
                rules["$ref"] = place + reference[1..];
            foreach (var part in rules.Select(r => r.Value).OfType<JsonNode>().ToList())
                Below(part, place);
        }
        else if (schema is JsonArray several)
        {
            foreach (var part in several.OfType<JsonNode>())
                Below(part, place);
        }

        return schema;
    }
}
