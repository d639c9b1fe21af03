using StreamingAdapters;

namespace ConsoleChat.Arguments;

/// <summary>The words of a command line to <see cref="ChatArguments"/>. An option's value follows it, as the next word or after <c>=</c>.</summary>
internal sealed class ChatArgumentsParser
{
    private const string Demo = "demo:";

    private readonly Queue<string> _rest;
    private readonly List<string> _prompt = [];
    private ChatArguments _parsed = new();

    private ChatArgumentsParser(IEnumerable<string> arguments) => _rest = new Queue<string>(arguments);

    /// <exception cref="UsageException">An option is unknown, lacks its value or has a wrong one.</exception>
    public static ChatArguments Parse(IEnumerable<string> arguments) => new ChatArgumentsParser(arguments).Parse();

    private ChatArguments Parse()
    {
        while (_rest.TryDequeue(out string? word))
        {
            if (word is "--")
            {
                _prompt.AddRange(_rest);
                break;
            }

            if (word is "-")
            {
                _parsed = _parsed with { ReadsInput = true };
            }
            else if (word.StartsWith('-'))
            {
                ParseOption(word);
            }
            else
            {
                _prompt.Add(word);
            }
        }

        return _prompt.Count == 0 ? _parsed : _parsed with { Prompt = PromptOf(_prompt) };
    }

    private void ParseOption(string word)
    {
        // What follows '=' may be a secret: no message repeats it.
        string[] parts = word.Split('=', 2);
        string name = parts[0];
        string? value = parts.ElementAtOrDefault(1);
        _parsed = name switch
        {
            "--provider" => WithProvider(Value(name, value)),
            "--endpoint" => _parsed with { Endpoint = AddressOf(Value(name, value)) },
            "--model" => _parsed with { Model = Value(name, value) },
            "--mode" => _parsed with { Mode = ModeOf(Value(name, value)) },
            "--system" => _parsed with { System = Value(name, value) },
            "--json" => Flag(name, value, _parsed with { Json = true }),
            "--list-providers" => Flag(name, value, _parsed with { ListsProviders = true }),
            "--list-models" => Flag(name, value, _parsed with { ListsModels = true }),
            "--help" or "-h" => Flag(name, value, _parsed with { ShowsHelp = true }),
            "--api-key" => throw new UsageException("Keys come from environment variables only, as others can read a command line; --help names them."),
            _ => throw new UsageException($"The option '{name}' is unknown; --help lists those there are. A prompt that starts with a dash goes behind --."),
        };
    }

    private ChatArguments WithProvider(string name) => name.StartsWith(Demo, StringComparison.OrdinalIgnoreCase)
        ? _parsed with { Provider = null, Demo = DemoServer.Find(name[Demo.Length..]) }
        : _parsed with { Provider = ProviderChoice.Find(name).Name, Demo = null };

    private string Value(string name, string? value)
    {
        value ??= _rest.TryPeek(out string? next) && !next.StartsWith("--", StringComparison.Ordinal) ? _rest.Dequeue() : null;
        return string.IsNullOrWhiteSpace(value) ? throw new UsageException($"The option '{name}' needs a value.") : value.Trim();
    }

    private static ChatArguments Flag(string name, string? value, ChatArguments parsed) =>
        value is null ? parsed : throw new UsageException($"The option '{name}' takes no value.");

    private static Uri AddressOf(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException("The option '--endpoint' needs an absolute http or https address, for example http://localhost:11434.");

    private static StreamingMode ModeOf(string value) => value.ToUpperInvariant() switch
    {
        "BASIC" => StreamingMode.Basic,
        "ENHANCED" => StreamingMode.Enhanced,
        _ => throw new UsageException("The option '--mode' needs one of basic and enhanced."),
    };

    private static string PromptOf(IEnumerable<string> words)
    {
        string prompt = string.Join(' ', words);
        return string.IsNullOrWhiteSpace(prompt) ? throw new UsageException("The prompt is empty.") : prompt;
    }
}
