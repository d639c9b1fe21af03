using Anthropic;
using Microsoft.Extensions.AI;
using StreamingAdapters.Interop.Tests.Situations;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Interop.Tests.Sdks;

public sealed class AnthropicStagesTests : VendorSuite
{
    protected override ScriptedHttpResponse Hello(bool streaming) => AnthropicWire.Text(1, streaming, 3, 2, "Hel", "lo");

    protected override ScriptedHttpResponse Beginning() => ScriptedHttpResponse.Ok("text/event-stream").Text(AnthropicWire.Beginning("Hel"));

    protected override IChatClient Client(HttpClient http) => new AnthropicClient { ApiKey = "sk-ant-0123456789", HttpClient = http, MaxRetries = 0 }.AsIChatClient("m");
}
