using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;
using StreamingAdapters.Interop.Tests.Sdks;
using StreamingAdapters.Interop.Tests.Situations;
using StreamingAdapters.Testing;
using SdkChatClient = OpenAI.Chat.ChatClient;

namespace StreamingAdapters.Interop.Tests.Package;

public sealed class OpenAIStagesTests : VendorSuite
{
    protected override ScriptedHttpResponse Hello(bool streaming) => ChatCompletionsWire.Hello(streaming);

    protected override ScriptedHttpResponse Beginning() => ChatCompletionsWire.Beginning();

    protected override IChatClient Client(HttpClient http)
    {
        var options = new OpenAIClientOptions { Endpoint = new Uri("http://localhost/v1"), Transport = new HttpClientPipelineTransport(http) };
        return new SdkChatClient("m", new ApiKeyCredential("sk-0123456789"), options).AsIChatClient();
    }
}
