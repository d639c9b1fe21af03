using System.Runtime.CompilerServices;

namespace StreamingAdapters.Tests.Shared;

/// <summary>Tests talk to servers of their own on the loopback; a proxy in the environment (HTTP_PROXY) would catch their plain clients.</summary>
internal static class LoopbackBypassesProxy
{
    private const string Loopback = "127.0.0.1,localhost";

    [ModuleInitializer]
    internal static void Initialize()
    {
        foreach (string name in (string[])["NO_PROXY", "no_proxy"])
        {
            string? others = Environment.GetEnvironmentVariable(name);
            Environment.SetEnvironmentVariable(name, string.IsNullOrEmpty(others) ? Loopback : $"{others},{Loopback}");
        }
    }
}
