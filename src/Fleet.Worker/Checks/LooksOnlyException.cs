namespace Fleet.Worker.Checks;

/// <summary>A step came to where it would change the zone; a check only looks.</summary>
internal sealed class LooksOnlyException(string step) : Exception($"The step {step} would change the zone now.");
