namespace StreamingAdapters.Tests.Providers;

/// <summary>Sets an environment variable until it is disposed.</summary>
internal sealed class VariableScope : IDisposable
{
    private readonly string _name;
    private readonly string? _before;

    public VariableScope(string name, string? value)
    {
        _name = name;
        _before = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, value);
    }

    public void Dispose() => Environment.SetEnvironmentVariable(_name, _before);
}
