using Microsoft.Extensions.AI;

namespace StreamingAdapters.Validation;

/// <summary>What no list of tools may be.</summary>
internal static class ToolRules
{
    public static void Check(ChatOptions options, RequestFailures failures)
    {
        if (options.Tools is not { Count: > 0 } tools)
        {
            return;
        }

        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int index = 0; index < tools.Count; index++)
        {
            if (tools[index] is null)
            {
                failures.Add($"ChatOptions.Tools[{index}] is null: leave it out.");
            }
            else if (tools[index] is AIFunctionDeclaration function && !names.TryAdd(function.Name, index))
            {
                // Hosted tools may share a name: two MCP servers are both called "mcp".
                failures.Add($"ChatOptions.Tools[{index}] has the name of ChatOptions.Tools[{names[function.Name]}], {RequestFailures.Quote(function.Name)}: rename or leave out one of them.");
            }
        }
    }
}
