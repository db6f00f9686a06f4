namespace Fleet.Runbooks.Model;

/// <summary>A value would reach a shell where no quoting holds.</summary>
/// <param name="name">Of the placeholder.</param>
public sealed class UnsafeValueException(string name) : Exception($"The value of ${{{name}}} cannot be put in where it stands.")
{
    public string Name { get; } = name;
}
