using System.Runtime.CompilerServices;
using System.Text.Json;

namespace OllamaSharp;

/// <summary>Stands where OllamaSharp reads a line: an exception's trace names it.</summary>
internal static class Decoder
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static string Read(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        return json.RootElement.ToString();
    }
}
