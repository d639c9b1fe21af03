using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>A tool without arguments.</summary>
internal sealed class StubFunction(string name, Func<string> run) : AIFunction
{
    public override string Name => name;

    protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => ValueTask.FromResult<object?>(run());
}
