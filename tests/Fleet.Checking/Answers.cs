namespace Fleet.Checking;

/// <summary>6. Each answer is applied at most once, to the prompt that it was given for.</summary>
internal static class Answers
{
    public static IEnumerable<Violation> Check(History history)
    {
        var shown = new Dictionary<(string, string), PromptShown>();
        var open = new Dictionary<string, PromptShown>();
        var taken = new Dictionary<(string, string), AnswerTaken>();
        foreach (var e in history.Events)
        {
            switch (e)
            {
                case PromptShown prompt:
                    if (open.TryGetValue(prompt.ExecutionId, out var passed))
                        yield return new Violation(6, $"{passed.Prompt} was passed over without an answer", passed, prompt);
                    open[prompt.ExecutionId] = prompt;
                    shown[(prompt.ExecutionId, prompt.Prompt)] = prompt;
                    break;
                case AnswerTaken answer:
                    open.Remove(answer.ExecutionId);
                    if (!taken.TryAdd((answer.ExecutionId, answer.Prompt), answer))
                        yield return new Violation(6, $"{answer.Prompt} took two answers", taken[(answer.ExecutionId, answer.Prompt)], answer);
                    if (!shown.TryGetValue((answer.ExecutionId, answer.Prompt), out var asked))
                        yield return new Violation(6, $"{answer.Prompt} took an answer before it asked", answer);
                    else if (asked.Offset != answer.Offset)
                        yield return new Violation(6, $"{answer.Prompt} took an answer that was given for another prompt", asked, answer);
                    break;
            }
        }
    }
}
