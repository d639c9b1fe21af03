using Microsoft.Extensions.AI;
using StreamingAdapters.Interop.Tests.Situations;

namespace StreamingAdapters.Interop.Tests.Package;

public sealed class FunctionInvocationTests : RoundsSuite
{
    protected override void UseRounds(ChatClientBuilder builder) => builder.UseFunctionInvocation();
}
