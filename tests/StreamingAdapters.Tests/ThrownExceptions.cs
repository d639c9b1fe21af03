using System.Runtime.ExceptionServices;

namespace StreamingAdapters.Tests;

/// <summary>Acts between the throwing of an exception and its catching, where another thread could have acted.</summary>
internal static class ThrownExceptions
{
    /// <summary>Runs one thing and, whenever it throws on this thread, another in between.</summary>
    public static void ActDuring(Action throwing, Action between)
    {
        int thread = Environment.CurrentManagedThreadId;
        EventHandler<FirstChanceExceptionEventArgs> onThrown = (_, _) =>
        {
            if (Environment.CurrentManagedThreadId == thread)
            {
                between();
            }
        };
        AppDomain.CurrentDomain.FirstChanceException += onThrown;
        try
        {
            throwing();
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= onThrown;
        }
    }
}
