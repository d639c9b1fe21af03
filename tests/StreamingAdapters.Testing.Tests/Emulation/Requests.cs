using System.Text.Json;

namespace StreamingAdapters.Testing.Tests.Emulation;

/// <summary>Request bodies with one user message, and more members.</summary>
internal static class Requests
{
    public static string Ollama(string prompt, string more = "") =>
        $"{{\"model\":\"emulated\",\"messages\":[{{\"role\":\"user\",\"content\":{Quote(prompt)}}}]{more}}}";

    public static string OpenAI(string prompt, string more = "", bool stream = true) =>
        Ollama(prompt, $",\"stream\":{(stream ? "true" : "false")}{more}");

    public static string Tools(params string[] names)
    {
        const string Tool = """{"type":"function","function":{"name":"NAME","parameters":{"type":"object"}}}""";
        return $",\"tools\":[{string.Join(',', names.Select(name => Tool.Replace("NAME", name)))}]";
    }

    public static string Quote(string text) => JsonSerializer.Serialize(text, StringJson.Default.String);
}
