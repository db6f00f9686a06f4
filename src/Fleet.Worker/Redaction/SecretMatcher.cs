namespace Fleet.Worker.Redaction;

/// <summary>Finds any of many values in bytes, in one pass (Aho and Corasick, 1975), and knows how much of the end may still become one.</summary>
internal sealed class SecretMatcher
{
    public static readonly SecretMatcher Nothing = new([]);

    private const int Root = 0;
    private readonly Dictionary<int, int> _next = [];
    private readonly List<int> _failure = [Root];
    private readonly List<int> _depth = [0];

    /// <summary>Length of the longest value that ends in a state; 0: none does.</summary>
    private readonly List<int> _found = [0];
    private readonly bool[] _first = new bool[256];

    public SecretMatcher(IEnumerable<byte[]> values)
    {
        foreach (var value in values)
            Add(value);
        Link();
    }

    public bool IsEmpty => _depth.Count == 1;

    /// <param name="found">Called with the start and end of each value.</param>
    /// <returns>So many bytes at the end begin a value that is not whole yet.</returns>
    public int Scan(ReadOnlySpan<byte> bytes, Action<int, int> found)
    {
        if (IsEmpty)
            return 0;
        var state = Root;
        for (var i = 0; i < bytes.Length; i++)
        {
            var value = bytes[i];
            if (state == Root && !_first[value])
                continue;
            state = Step(state, value);
            if (_found[state] is > 0 and var length)
                found(i + 1 - length, i + 1);
        }

        return _depth[state];
    }

    private int Step(int state, byte value)
    {
        while (true)
        {
            if (_next.TryGetValue(Key(state, value), out var next))
                return next;
            if (state == Root)
                return Root;
            state = _failure[state];
        }
    }

    private void Add(byte[] value)
    {
        var state = Root;
        foreach (var b in value)
        {
            if (!_next.TryGetValue(Key(state, b), out var next))
            {
                next = _depth.Count;
                _next[Key(state, b)] = next;
                _depth.Add(_depth[state] + 1);
                _failure.Add(Root);
                _found.Add(0);
            }

            state = next;
        }

        if (value.Length == 0)
            return;
        _first[value[0]] = true;
        _found[state] = value.Length;
    }

    /// <summary>From short states to long ones, so that a state's failure is known before it is asked for.</summary>
    private void Link()
    {
        foreach (var (key, state) in _next.OrderBy(n => _depth[n.Value]))
        {
            var (before, value) = (key >> 8, (byte)key);
            _failure[state] = before == Root ? Root : Step(_failure[before], value);
            _found[state] = Math.Max(_found[state], _found[_failure[state]]);
        }
    }

    private static int Key(int state, byte value) => (state << 8) | value;
}
