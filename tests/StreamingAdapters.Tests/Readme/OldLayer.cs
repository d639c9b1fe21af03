using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace StreamingAdapters.Tests.Readme;

/// <summary>A chunk-based layer as README.md moves from: dictionaries for the application, lines of JSON on the wire.</summary>
internal sealed class OldLayer
{
    public async IAsyncEnumerable<Dictionary<string, object?>> StreamAsync(string prompt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Yield();
        yield return new() { ["content"] = "Hello ", ["is_final"] = false };
        yield return new() { ["content"] = prompt, ["is_final"] = false };
        yield return new() { ["content"] = "", ["is_final"] = true, ["finish_reason"] = "stop" };
    }

    public async IAsyncEnumerable<string> StreamLinesAsync(IReadOnlyList<ChatMessage> messages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Yield();
        yield return """{"content": "Hello ", "is_final": false, "model": "m"}""";
        yield return $$"""{"content": "{{messages[^1].Text}}", "is_final": false}""";
        yield return """{"content": "", "is_final": true, "finish_reason": "stop"}""";
    }
}
