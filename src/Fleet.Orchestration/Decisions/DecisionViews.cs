using Fleet.Orchestration.Store;

namespace Fleet.Orchestration.Decisions;

internal static class DecisionViews
{
    public static DecisionView Of(DecisionRow row, string rollout, int alike)
    {
        var decision = row.Decision;
        return new DecisionView
        {
            Id = decision.Id,
            Kind = decision.Kind,
            State = decision.State,
            Zone = row.IsOfRollout ? null : row.Zone,
            Wave = decision.Wave,
            ZoneUpgradeId = row.IsOfRollout ? null : row.ZoneUpgradeId,
            RolloutId = row.RolloutId,
            RolloutName = rollout,
            Phase = decision.Phase,
            Step = decision.Step,
            Attempt = decision.Attempt,
            Question = decision.Question,
            Prompt = decision.Prompt is { } p ? new PromptView(p.Text, p.Component, p.SafePoint, p.Rule is not null, p.Offset, p.FailedNodes, p.Context, p.Nodes) : null,
            Choices = decision.Choices,
            Default = decision.Default,
            Items = decision.Items,
            ItemAnswers = decision.ItemAnswers.ToDictionary(a => a.Key, a => a.Value.Choice),
            Fingerprint = decision.Fingerprint,
            Alike = Math.Max(0, alike),
            AskedAt = decision.AskedAt,
            ExpiresAt = decision.ExpiresAt,
            ClaimedBy = decision.Claim?.By,
            ClaimedAt = decision.Claim?.At,
            ChoicesInAdvance = AlikeRules.ChoicesInAdvance(decision),
            InAdvance = decision.Answer?.InAdvance,
            Answer = decision.Answer?.Text ?? decision.Answer?.Choice,
            AnsweredBy = decision.Answer?.By,
            AnsweredAt = decision.Answer?.At,
            Comment = decision.Answer?.Comment,
            ExecutionId = decision.Prompt?.ExecutionId ?? decision.ExecutionId,
        };
    }
}
