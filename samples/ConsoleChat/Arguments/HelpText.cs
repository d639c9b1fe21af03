using StreamingAdapters;

namespace ConsoleChat.Arguments;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpText
{
    public static string Text { get; } = $"""
        Chats with a model and prints its answer as it comes.

        Usage: dotnet run --project samples/ConsoleChat [-- [options] [prompt] [-]]

        Without a provider it starts an emulated Ollama server on this machine and chats with that.
        Without a prompt it is a conversation at a terminal: /exit or the end of input leaves,
        Ctrl+C stops an answer and keeps what came of it, at the prompt it leaves.
        Elsewhere it takes as prompt what standard input brings, up to its end, if that begins within
        half a second, and otherwise asks a question of its own.

          prompt             what to ask, in one or more words; after -- it may start with a dash
          -                  reads standard input to its end as prompt, or as the end of the prompt
          --provider NAME    talks to a real server, see below (default: the emulated one)
                             demo:NAME starts an emulated one: {string.Join(", ", DemoServer.Ids)}
          --endpoint URL     the server's address (default: the provider's own)
          --model NAME       the model; a real server needs one
          --mode MODE        basic (default): requests are checked and errors mapped; enhanced: chunks are
                             numbered, timed and merged, answers watched, counted and summed up
          --system TEXT      the system message
          --json             prints, after the text, one line of JSON instead of status and usage:
                             provider, model, mode, text, chunks, firstContentMs, finishReason, usage, error
          --list-providers   prints every provider that --provider can name
          --list-models      prints the provider's models: name, context in tokens, what they can do
          --help, -h         prints this

        The usual providers, their addresses, and the environment variables of their keys (keys come from there only):
        {string.Join("\n", ProviderChoice.All.Select(Line))}

        The section "Chat" of appsettings.json, beside the program, says what the command line does not:
        mode, every stage's options, and under "Provider" a server.

        Exit code: 0 when the answer is complete, 1 when it failed or was stopped, 2 when nothing was asked
        because the command line, the settings or a key is wrong.
        """;

    /// <summary>What <c>--list-providers</c> prints.</summary>
    public static string Providers { get; } = string.Join("\n", ProviderCatalog.All.Select(entry =>
        $"{entry.Id,-28} {entry.BaseAddress ?? "(give --endpoint)",-60} {string.Join(", ", entry.KeyVariables)}".TrimEnd()));

    private static string Line(ProviderChoice choice) =>
        $"  {choice.Name,-18} {choice.DefaultEndpoint?.OriginalString ?? "(give --endpoint)",-29} {choice.ApiKeyVariable ?? "-"}";
}
