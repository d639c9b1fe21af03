using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Testing;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Neither the key nor a gateway's token nor a text gets into what embeddings, lists of models, checks of health and pulls say, whatever the server echoes.</summary>
public sealed class ExchangeSecrecyTests
{
    private static readonly string[] Exchanges =
    [
        "embeddings of ollama", "embeddings of openai", "embeddings of gemini",
        "models of ollama", "models of openai", "models of anthropic", "models of gemini", "models of lmstudio",
        "health of ollama", "health of openai", "health of anthropic", "health of gemini", "health of lmstudio",
        "pull of ollama",
    ];

    private readonly ManualTimeProvider _time = new();

    public static MatrixTheoryData<string, string, bool> Situations => new(
        Exchanges,
        ["refuses the key", "echoes the request", "answers with an error", "is cut", "is no JSON", "is HTML", "connection fails"],
        [true, false]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Situations))]
    public async Task Exchange_Fails_TellsNobody(string exchange, string situation, bool rotates)
    {
        using var handler = new ScriptedHttpHandler(_time, Respond(situation));
        using var http = new HttpClient(handler);
        string provider = exchange.Split(' ')[^1];

        Exception? failure = await FailureAsync(exchange, provider, Planted.Options(rotates, _time), http);

        Assert.True(failure is ChatAdapterException, $"{failure}");
        string sent = string.Join('\n', handler.Exchanges[0].Headers.Values);
        Assert.Contains(Planted.Key, sent, StringComparison.Ordinal);
        Assert.Contains(Planted.GatewayToken, sent, StringComparison.Ordinal);
        Planted.CheckAbsent($"{handler.Exchanges[0].Uri}");
        Planted.CheckAbsent(failure);
    }

    private static async Task<Exception?> FailureAsync(string exchange, string provider, ChatProviderOptions options, HttpClient http)
    {
        if (exchange.StartsWith("embeddings", StringComparison.Ordinal))
        {
            using HttpEmbeddingGenerator generator = ChatProviderFactory.CreateEmbeddingGenerator(provider, options, http);
            return await Record.ExceptionAsync(() => generator.GenerateAsync([Planted.Prompt, Planted.Answer], cancellationToken: Token));
        }

        using IChatClient client = ChatProviderFactory.Create(provider, options, http);
        return exchange.Split(' ')[0] switch
        {
            "models" => await Record.ExceptionAsync(async () => await client.GetRequiredService<IModelCatalog>().ListAsync(Token).ToArrayAsync(Token)),
            "pull" => await Record.ExceptionAsync(async () => await client.GetRequiredService<OllamaModelCatalog>().PullAsync("m", Token).ToArrayAsync(Token)),
            _ => (await client.GetRequiredService<IProviderHealth>().CheckAsync(cancellationToken: Token)).Failure,
        };
    }

    private static ScriptedHttpResponse Respond(string situation)
    {
        string error = $$$"""{"error":{"message":"{{{Planted.Echo}}}","code":"{{{Planted.GatewayToken}}}"}}""";
        ScriptedHttpResponse ok = ScriptedHttpResponse.Ok("application/json");
        return situation switch
        {
            "refuses the key" => ScriptedHttpResponse.Status(401, "application/json").Text(error),
            "echoes the request" => ScriptedHttpResponse.Status(400, "application/json").Text(error),
            "answers with an error" => ok.Text(error),
            "is cut" => ok.Text(error[..^2]).EndsPrematurely(),
            "is no JSON" => ok.Text($"{Planted.Echo}\n"),
            "is HTML" => ScriptedHttpResponse.Status(502, "text/html").Text($"<html><head><title>{Planted.Echo}</title></head></html>"),
            _ => ScriptedHttpResponse.FailsBeforeHeaders(HttpRequestError.NameResolutionError),
        };
    }
}
