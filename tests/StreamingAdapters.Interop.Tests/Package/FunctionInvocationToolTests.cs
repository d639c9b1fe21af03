using Microsoft.Extensions.AI;
using StreamingAdapters.Interop.Tests.Situations;

namespace StreamingAdapters.Interop.Tests.Package;

public sealed class FunctionInvocationToolTests : ToolRoundsSuite
{
    protected override void UseRounds(ChatClientBuilder builder) => builder.UseFunctionInvocation();
}
