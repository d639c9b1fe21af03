using Microsoft.Extensions.AI;

namespace StreamingAdapters.Interop.Tests;

public sealed class FunctionInvocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UseFunctionInvocation_ToolCall_RunsTheToolAndASecondRound(bool streaming)
    {
        List<string> cities = [];
        AIFunction weather = AIFunctionFactory.Create(Weather, "weather");
        using var inner = new ToolCallingChatClient();
        using IChatClient client = inner.AsBuilder().UseFunctionInvocation().Build();
        var options = new ChatOptions { Tools = [weather] };

        ChatResponse response = streaming
            ? await client.GetStreamingResponseAsync("Weather?", options).ToChatResponseAsync()
            : await client.GetResponseAsync("Weather?", options);

        Assert.Equal(["Oslo"], cities);
        Assert.Equal(2, inner.Calls);
        Assert.Equal([ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant], response.Messages.Select(message => message.Role));
        Assert.Equal("answer 2: rain in Oslo", response.Messages[^1].Text);

        string Weather(string city)
        {
            cities.Add(city);
            return $"rain in {city}";
        }
    }
}
