using System.Text;

namespace Fleet.Worker.Steps.Reading;

/// <summary>All that an execution prints, up to 32 Mi characters: what thousands of nodes have to say. Later lines are dropped, so that nodes go missing rather than memory.</summary>
internal sealed class OutputLines
{
    private const int Limit = 32 * 1024 * 1024;

    private readonly StringBuilder _text = new();

    public string Text => _text.ToString();

    public void Add(string line)
    {
        if (_text.Length + line.Length < Limit)
            _text.Append(line).Append('\n');
    }
}
