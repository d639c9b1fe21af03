using Microsoft.Extensions.AI;
using StreamingAdapters.Interop.Tests.Situations;
using StreamingAdapters.Tests.Pipeline;

namespace StreamingAdapters.Interop.Tests.Peers;

/// <summary>Function invocation in small.</summary>
public sealed class RoundLoopToolTests : ToolRoundsSuite
{
    protected override void UseRounds(ChatClientBuilder builder) => builder.Use(inner => new RoundLoopChatClient(inner));
}
