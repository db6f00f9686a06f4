using System.Globalization;
using System.Runtime.InteropServices;

namespace Fleet.ZoneLab;

/// <summary><c>zonelab</c>: the lab for people and for the demo.</summary>
internal static class LabProgram
{
    private const string Help = """
        zonelab up N [options]        starts N zones and stays until Ctrl-C
        zonelab up NAME=PROFILE …     starts these zones
        zonelab profiles              lists the profiles; several are joined by +, like sub+manual-operations

          --profile P     all zones have this profile (without it: a global zone, sub zones, a special sub zone,
                          one with a component that fails and one with manual operations)
          --dir DIR       keep everything here (default: a temporary folder that is removed in the end)
          --speed S       how long scripts take: 0 no time, 1 about a minute a zone (default 1)
          --padding MB    makes the package this much larger
        """;

    private static readonly string[] Names = ["pek1a", "sh1a", "gd1a", "cd1a", "ap1a", "xa1a", "wh1a", "hz1a"];
    private static readonly string[] Mixture = ["global", "sub", "special-sub", "sub+component-fails-once", "sub+manual-operations", "sub"];

    public static async Task<int> RunAsync(string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case "profiles":
                foreach (var name in Profiles.Names)
                    Console.WriteLine($"{name,-30} {Profiles.About(name)}");
                return 0;
            case "up":
                try
                {
                    return await UpAsync(Parse(args[1..]));
                }
                catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException)
                {
                    await Console.Error.WriteLineAsync($"zonelab: {e.Message}");
                    return 2;
                }
                catch (OperationCanceledException)
                {
                    return 130;
                }
            default:
                Console.WriteLine(Help);
                return args.Length == 0 || args[0] is "--help" or "-h" or "help" ? 0 : 2;
        }
    }

    internal static LabOptions Parse(string[] args)
    {
        var zones = new List<ZoneSpec>();
        string? profile = null, directory = null;
        var count = 0;
        var speed = 1.0;
        long padding = 0;
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--profile": profile = Value(args, ref i); break;
                case "--dir": directory = Value(args, ref i); break;
                case "--speed": speed = double.Parse(Value(args, ref i), CultureInfo.InvariantCulture); break;
                case "--padding": padding = long.Parse(Value(args, ref i), CultureInfo.InvariantCulture) * 1024 * 1024; break;
                case var word when int.TryParse(word, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 500: count = number; break;
                case var word when word.IndexOf('=') is > 0 and var at: zones.Add(new ZoneSpec(word[..at], word[(at + 1)..])); break;
                case var word: throw new FormatException($"«{word}» is no option, no number of zones (1 … 500) and no NAME=PROFILE; see zonelab --help.");
            }
        }
        if (count == 0 && zones.Count == 0)
            throw new FormatException("Say how many zones, like: zonelab up 6");
        for (var i = 0; i < count; i++)
            zones.Add(new ZoneSpec(i < Names.Length ? Names[i] : $"zone-{i + 1:000}", profile ?? Mixture[i % Mixture.Length].Replace("global", i == 0 ? "global" : "sub", StringComparison.Ordinal)));
        return new LabOptions { Zones = zones, Directory = directory, Speed = speed, PackagePadding = padding };
    }

    private static string Value(string[] args, ref int index) =>
        ++index < args.Length ? args[index] : throw new FormatException($"{args[index - 1]} wants a value.");

    private static async Task<int> UpAsync(LabOptions options)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

        await using var lab = await Lab.StartAsync(options, stop.Token);
        await GiveToCallerAsync(lab);
        foreach (var zone in lab.Zones.Values)
            Console.WriteLine($"{zone.Name,-12} {zone.Host}:{zone.Port}  {zone.Profile}");
        Console.WriteLine($"""

            inventory   {lab.InventoryPath}
            package     {lab.Package.Path}
            sha-256     {lab.Package.Digest}
            identity    {lab.Keys.Identity}
            journals    {lab.Directory}/zones/NAME/lab/journal

            Ready. Ctrl-C ends it.
            """);
        try
        {
            await Task.Delay(Timeout.Infinite, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Asked to end.
        }
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            // The signal's thread must not run what ends the lab.
            _ = Task.Run(stop.Cancel);
        }
    }

    /// <summary>Started through sudo: the files for the client belong to who called.</summary>
    private static async Task GiveToCallerAsync(Lab lab)
    {
        if (Environment.GetEnvironmentVariable("SUDO_UID") is not { Length: > 0 } user || user == "0")
            return;
        var files = Directory.GetFiles(lab.Directory);
        await Tool.RunAsync("chown", [user, lab.Directory, .. files], CancellationToken.None);
    }
}
