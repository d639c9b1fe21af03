using System.Text;
using Microsoft.Extensions.AI;
using StreamingAdapters.Recovery;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Tests.Readme;

/// <summary>The README's code of recovery, compiled and run by <see cref="ReadmeTests"/>.</summary>
internal static class RecoverySnippets
{
    public static IChatClient Compose(IChatClient local, IChatClient cloud)
    {
        IChatClient client = local.AsBuilder()
            .UseStreamingRecovery(options =>
            {
                options.Primary = new RecoveryRoute { Name = "local", Prefill = PrefillStyle.LastMessage };
                options.Routes.Add(new RecoveryRoute { Name = "cloud", Client = cloud, Model = "large" });
                options.Continuation.Enabled = true;
            })
            .UseStreamingTimeout(options => options.FirstContent = TimeSpan.FromSeconds(30))
            .Build();

        return client;
    }

    public static async Task ReadAsync(IChatClient client, string prompt, StringBuilder output, CancellationToken cancellationToken)
    {
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(prompt, cancellationToken: cancellationToken))
        {
            foreach (AttemptRecord attempt in AttemptRecord.ReadFrom(update.AdditionalProperties))
            {
                output.Append($"[{attempt.Route}: {attempt.Kind?.ToString() ?? "answers"} {attempt.Decision}]");
            }

            if (StreamContinuation.ReadFrom(update.AdditionalProperties) is { } seam)
            {
                output.Append($"[{seam.From} broke off after {seam.Position} characters: {seam.Kind}; {seam.To} goes on, {seam.Confidence:F1} sure]");
            }

            output.Append(update.Text);
        }
    }

    public static IReadOnlyList<string> ReadCircuits(IChatClient client)
    {
        RecoveryCircuits circuits = client.GetService<RecoveryCircuits>()!;
        IReadOnlyList<string> open = [.. circuits.States.Where(state => state.IsOpen).Select(state => $"{state.Route} {state.Model}: {state.Kind}, for {state.OpenFor}")];
        circuits.Reset("cloud");

        return open;
    }
}
