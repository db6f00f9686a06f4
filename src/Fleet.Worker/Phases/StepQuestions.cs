using Fleet.Contracts.Decisions;
using Fleet.Contracts.Phases;
using Fleet.Runbooks.Model;
using Fleet.Worker.Phases.Prompts;
using Fleet.Worker.Steps;

namespace Fleet.Worker.Phases;

/// <summary>The question that a step's outcome asks, where its kind asks none of its own.</summary>
internal static class StepQuestions
{
    public static DecisionRequest For(Step step, StepResult result, IEnumerable<string> names)
    {
        if (result.Decision is { } asked)
            return asked;
        var reason = result.Findings.Count > 0 ? result.Findings[0] : Finding.Of("step-failed", ("step", step.Name));
        return new DecisionRequest
        {
            Kind = StepChoices.Kind(result.Outcome),
            Step = step.Name,
            Question = reason,
            Choices = StepChoices.For(result.Outcome, step.Required),
            Fingerprint = Fingerprints.Of(step.Name, reason, names),
        };
    }
}
