namespace Benchmarks.Connections;

/// <summary>What becomes of TCP connections: kept after whole answers, closed at once after abandoned ones; and how soon a fault is followed by another request.</summary>
internal static class ConnectionsBenchmark
{
    public static async Task RunAsync()
    {
        await ReuseCase.PrintAsync(Console.Out);
        Console.WriteLine();
        await CloseCase.PrintAsync(Console.Out);
        Console.WriteLine();
        await RetryCase.PrintAsync(Console.Out);
    }
}
