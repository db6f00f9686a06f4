namespace Fleet.Simulation;

/// <summary>Which faults a history has and how often; drawn from its seed, so that some histories are calm and some have one fault only, but much of it.</summary>
internal sealed class Chaos
{
    private readonly Random _random;
    private readonly double[] _rates = new double[Enum.GetValues<Fault>().Length];

    public Chaos(Random random, double calm = 0.15)
    {
        _random = random;
        if (random.NextDouble() < calm)
            return;
        var intensity = 0.2 + random.NextDouble();
        foreach (var (fault, rate) in Usual)
        {
            if (random.NextDouble() < 0.55)
                _rates[(int)fault] = rate * intensity;
        }
    }

    private static readonly (Fault Fault, double Rate)[] Usual =
    [
        (Fault.MessageLost, 0.06),
        (Fault.MessageDoubled, 0.08),
        (Fault.MessageLate, 0.05),
        (Fault.SendFails, 0.04),
        (Fault.CommitFails, 0.04),
        (Fault.CoordinatorCrash, 0.008),
        (Fault.WorkerCrash, 0.006),
        (Fault.LinkCut, 0.04),
        (Fault.ConnectFails, 0.1),
        (Fault.Freeze, 0.02),
        (Fault.Reboot, 0.004),
        (Fault.StepFails, 0.12),
        (Fault.DiskFull, 0.02),
        (Fault.TranscriptFails, 0.1),
        (Fault.Drain, 0.004),
    ];

    /// <summary>Faults heal: from then on nothing more goes wrong by itself.</summary>
    public bool IsOver { get; set; }

    public int Injected { get; private set; }

    public bool Strikes(Fault fault)
    {
        if (IsOver || _rates[(int)fault] is var rate && (rate == 0 || _random.NextDouble() >= rate))
            return false;
        Injected++;
        return true;
    }

    public override string ToString() => _rates.All(r => r == 0) ? "no faults" : string.Join(", ", Enum.GetValues<Fault>().Where(f => _rates[(int)f] > 0).Select(f => $"{f} {_rates[(int)f]:0.000}"));
}

internal enum Fault
{
    MessageLost,
    MessageDoubled,
    MessageLate,
    SendFails,
    CommitFails,
    CoordinatorCrash,
    WorkerCrash,
    LinkCut,
    ConnectFails,
    Freeze,
    Reboot,
    StepFails,
    DiskFull,
    TranscriptFails,
    Drain,
}
