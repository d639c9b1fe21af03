using System.Globalization;
using Microsoft.Extensions.AI;
using StreamingAdapters;

namespace ConsoleChat;

/// <summary>What <c>--list-models</c> prints.</summary>
internal static class ModelList
{
    /// <returns>A member of <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">The provider has no list.</exception>
    public static async Task<int> WriteAsync(ChatTarget target, ChatTerminal terminal, CancellationToken cancellationToken)
    {
        IModelCatalog catalog = target.Client.GetService<IModelCatalog>() ?? throw new UsageException($"The provider '{target.Provider.Name}' has no list of models.");
        await foreach (ModelInfo model in catalog.ListAsync(cancellationToken))
        {
            await terminal.Out.WriteLineAsync(terminal.Printable(Line(model)));
        }

        return ExitCode.Complete;
    }

    private static string Line(ModelInfo model)
    {
        string context = model.ContextLength?.ToString("N0", CultureInfo.InvariantCulture) ?? "-";
        string loaded = model.IsLoaded is true ? " (loaded)" : "";
        return $"{model.Id,-40} {context,12}  {model.Capabilities?.ToString() ?? "-"}{loaded}";
    }
}
