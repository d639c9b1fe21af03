using Microsoft.Extensions.AI;
using StreamingAdapters;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;

namespace CustomMiddleware;

/// <summary>The same answer without the stage and with it: a scripted client plays both, as it would in a test.</summary>
internal static class Demo
{
    public static async Task RunAsync(TextWriter output)
    {
        // The secret is cut by the border of two updates, as a model's tokens would.
        StreamScript script = StreamScript.New().Text("Ask Ali").Text("ce for the blue").Text("print").Text(" of alibis.").Usage(9, 7).Finish();

        await output.WriteLineAsync("Before:");
        using var provider = new ScriptedChatClient(script);
        await ShowAsync(provider, output);

        await output.WriteLineAsync("After:");

        // The builder's first stage is the outermost. The redaction stands inside the others: what they log, count and keep as partial is redacted already.
        using IChatClient client = new ScriptedChatClient(script).AsBuilder()
            .UseStreaming(options => options.Mode = StreamingMode.Basic)
            .UseRedaction(options => options.Words = ["Alice", "blueprint"])
            .Build();
        await ShowAsync(client, output);
    }

    private static async Task ShowAsync(IChatClient client, TextWriter output)
    {
        List<string> chunks = [];
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Whom do I ask?"))
        {
            if (update.Text.Length > 0)
            {
                chunks.Add(update.Text);
            }
        }

        ChatResponse response = await client.GetResponseAsync("Whom do I ask?");
        await output.WriteLineAsync($"  stages    {client.GetService<StreamingPipelineDescriptor>()?.ToString() ?? "none"}");
        await output.WriteLineAsync($"  streamed  {string.Join('|', chunks)}");
        await output.WriteLineAsync($"  whole     {response.Text}");
        await output.WriteLineAsync($"  usage     {response.Usage?.TotalTokenCount} tokens");
    }
}
