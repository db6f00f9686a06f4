using System.Text;

namespace Fleet.Fuzzing.Tests;

/// <summary>What the fuzzer itself promises: it sees what it looks for, and its numbers bring an input back.</summary>
public sealed class FuzzerTests
{
    private static readonly byte[] Seed = Encoding.UTF8.GetBytes("name: a right input");

    [Fact]
    public void The_same_number_makes_the_same_input_and_another_number_another()
    {
        Mutator.Make([Seed], 7).ShouldBe(Mutator.Make([Seed], 7));
        Enumerable.Range(1, 1000).Select(n => Convert.ToBase64String(Mutator.Make([Seed], (ulong)n))).Distinct().Count().ShouldBeGreaterThan(900);
    }

    [Fact]
    public void An_exception_that_the_reader_does_not_declare_is_told_with_what_brings_it_back()
    {
        var target = new Target("bad", [Seed], bytes => { if (bytes.Length > Seed.Length) throw new KeyNotFoundException("x"); });
        var failure = Run(target).First();
        failure.ToString().ShouldContain($"--replay bad {Convert.ToBase64String(failure.Input)}");
        failure.What.ShouldContain("KeyNotFoundException");
        Run(target with { Declared = e => e is KeyNotFoundException }).ShouldBeEmpty();
    }

    [Fact]
    public void A_reader_that_takes_more_memory_than_its_input_is_worth_is_told() =>
        Run(new Target("fat", [Seed], _ => GC.KeepAlive(new byte[64 << 20]))).First().What.ShouldContain("bytes of memory");

    [Fact]
    public void A_reader_that_burns_more_than_a_second_is_told()
    {
        var target = new Target("slow", [Seed], _ =>
        {
            var sum = 0.0;
            for (var until = ThreadTime.Now + TimeSpan.FromSeconds(1.3); ThreadTime.Now < until;)
            {
                for (var i = 0; i < 20_000_000; i++)
                    sum += i;
            }

            GC.KeepAlive(sum);
        });
        Fuzzer.Run(target, from: 1, count: 0, new Watchdog()).Single().What.ShouldContain("of processor time");
    }

    private static IReadOnlyList<Failure> Run(Target target)
    {
        using var watchdog = new Watchdog();
        return Fuzzer.Run(target, from: 1, count: 200, watchdog);
    }
}
