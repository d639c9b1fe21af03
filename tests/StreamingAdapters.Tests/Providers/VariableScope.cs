namespace StreamingAdapters.Tests.Providers;

/// <summary>Sets environment variables until it is disposed.</summary>
internal sealed class VariableScope : IDisposable
{
    private readonly (string Name, string? Value)[] _before;

    public VariableScope(string name, string? value)
        : this((name, value))
    {
    }

    public VariableScope(params (string Name, string? Value)[] variables)
    {
        _before = [.. variables.Select(variable => (variable.Name, Environment.GetEnvironmentVariable(variable.Name)))];
        Set(variables);
    }

    public void Dispose() => Set(_before);

    private static void Set((string Name, string? Value)[] variables)
    {
        foreach ((string name, string? value) in variables)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }
}
