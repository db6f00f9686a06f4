using System.Text;

namespace Fleet.Fuzzing;

/// <summary>Makes inputs out of right ones, from a number: the same number makes the same input.</summary>
internal static class Mutator
{
    private const int Longest = 16 * 1024;

    /// <summary>What parsers have stumbled over.</summary>
    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "\0", "\r\n", "\n\n", "\t", " ", "\uFEFF", "\u2028", "\u0085", "\u001b[2J", "\u202e", "-1", "0", "1e999", "9223372036854775808", "99999999999999999999999999", "2147483648", "0x7fffffff", "1_000", "NaN", ".inf",
            "null", "~", "true", "[", "]", "{", "}", "[[[[[[[[", "{{{{{{{{", "&a ", "*a", "!!binary ", "!!python/object:os.system ", "<<: ", "? ", "- ", ": ", "# ", "|\n", ">-\n", "---\n", "...\n", "%YAML 9.9\n", "\"", "'", "\\", "\\u0000", "\\ud800",
            "../", "/", "..", "$(id)", "`id`", "; id", "| id", "${a.b}", "%s%n", "(?<n>", "(a+)+$", "fleet1 ", "fleet-part ", "=", ",", "@", "|1|", "9999-12-31", "0001-01-01", "24:00", "-0", "1d", "99999999h", "100%", "101%", "sub", "𝒳", "错误", "İ",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x1f, 0x8b], [0x00, 0x00, 0x00, 0x00], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    ];

    public static byte[] Make(IReadOnlyList<byte[]> seeds, ulong number)
    {
        var random = new Random(unchecked((int)(number * 2654435761) ^ (int)(number >> 32)));
        // Now and then out of nothing.
        var input = new List<byte>(random.Next(50) == 0 ? Noise(random) : seeds[random.Next(seeds.Count)]);
        for (var edits = 1 + random.Next(random.Next(4) == 0 ? 24 : 5); edits > 0; edits--)
            Edit(input, seeds, random);
        return input.Count <= Longest ? [.. input] : [.. input.Take(Longest)];
    }

    private static void Edit(List<byte> input, IReadOnlyList<byte[]> seeds, Random random)
    {
        var at = random.Next(input.Count + 1);
        var length = Math.Min(input.Count - at, 1 + random.Next(random.Next(3) == 0 ? 64 : 4));
        switch (random.Next(11))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = (byte)random.Next(256);
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3 or 4 or 5:
                input.InsertRange(at, Words[random.Next(Words.Length)]);
                break;
            case 6:
                input.InsertRange(random.Next(input.Count + 1), input.GetRange(at, length));
                break;
            case 7:
                input.InsertRange(at, Enumerable.Repeat(Words[random.Next(Words.Length)], 1 + random.Next(random.Next(8) == 0 ? 400 : 20)).SelectMany(w => w));
                break;
            case 8 when random.Next(4) == 0:
                input.RemoveRange(at, input.Count - at);
                break;
            case 9:
                var other = seeds[random.Next(seeds.Count)];
                var from = random.Next(other.Length + 1);
                input.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, random.Next(256))).ToArray());
                break;
            default:
                Swap(input, at, length, random);
                break;
        }
    }

    /// <summary>Two lines change places, or one comes twice.</summary>
    private static void Swap(List<byte> input, int at, int length, Random random)
    {
        if (length == 0)
            return;
        var piece = input.GetRange(at, length);
        if (random.Next(2) == 0)
            input.RemoveRange(at, length);
        input.InsertRange(random.Next(input.Count + 1), piece);
    }

    private static byte[] Noise(Random random)
    {
        var noise = new byte[random.Next(200)];
        random.NextBytes(noise);
        if (random.Next(2) == 0)
            Array.ConvertAll(noise, b => (byte)(' ' + (b % 95))).CopyTo(noise, 0);
        return noise;
    }
}
