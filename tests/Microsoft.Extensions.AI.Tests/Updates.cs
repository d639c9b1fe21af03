using System.Runtime.CompilerServices;

namespace Microsoft.Extensions.AI.Tests;

/// <summary>Streams to answer with.</summary>
internal static class Updates
{
    public static IAsyncEnumerable<ChatResponseUpdate> Of(params string[] texts) => texts.Select(Text).ToAsyncEnumerable();

    public static ChatResponseUpdate Text(string text) => new(ChatRole.Assistant, text);

    public static async IAsyncEnumerable<ChatResponseUpdate> Failing(Exception error, params string[] textsBefore)
    {
        foreach (string text in textsBefore)
        {
            await Task.Yield();
            yield return Text(text);
        }

        throw error;
    }

    public static async IAsyncEnumerable<ChatResponseUpdate> SilentAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Waits.ForCancellationAsync(cancellationToken);
        yield break;
    }
}
