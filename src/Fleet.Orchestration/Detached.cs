namespace Fleet.Orchestration;

/// <summary>A signature beside what it signs; it was looked at by whoever hands it over.</summary>
/// <param name="Text">Armored.</param>
/// <param name="By">Who signed: a name of a list of signers, or the key's fingerprint.</param>
public sealed record Detached(string Text, string By);
