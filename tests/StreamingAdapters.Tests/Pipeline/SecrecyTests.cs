using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamingAdapters.Errors;
using StreamingAdapters.Metadata;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Neither the key nor the prompt nor the answer gets into logs, metrics, messages of exceptions or records, whatever the server echoes.</summary>
public sealed class SecrecyTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly EverythingLogged _logged = new();
    private readonly AnswerRecords _records = new();
    private readonly ConcurrentQueue<string> _measured = new();
    private readonly MeterListener _listener = new();
    private readonly LoggerFactory _loggers;

    public SecrecyTests()
    {
        _loggers = new LoggerFactory([_logged], new LoggerFilterOptions { MinLevel = LogLevel.Trace });
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "StreamingAdapters")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Measure(instrument, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Measure(instrument, tags));
        _listener.Start();
    }

    public static MatrixTheoryData<string, string, bool, bool> Situations => new(
        SecretWire.All.Keys,
        ["completes", "refuses the key", "echoes the request", "echoes the request in the stream", "is cut", "is malformed", "is no JSON", "connection fails", "stays silent"],
        [true, false],
        [true, false]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Situations))]
    public async Task Call_Ends_TellsNobody(string provider, string situation, bool streaming, bool rotates)
    {
        using var handler = new ScriptedHttpHandler(_time, Respond(SecretWire.All[provider], situation));
        using IChatClient client = Provider(provider, rotates, handler).Enhanced(
            new TestServices(_time, _loggers, _records, _records),
            configure: options => options.Validation.WarnCharacters = 1);

        ChatResponse? response = null;
        Task<Exception?> call = Record.ExceptionAsync(async () => response = await client.AskAsync(Planted.Prompt, streaming)).AsTask();
        if (situation == "stays silent")
        {
            await (await handler.WaitForRequestAsync(0, Token)).ReadPending.WaitAsync(Token);
            while (!call.IsCompleted)
            {
                await Task.WhenAny(call, _time.WaitForTimersAsync(1, Token));
                _time.Advance(TimeSpan.FromHours(1));
            }
        }

        Exception? failure = await call;
        Assert.Equal(situation == "completes", failure is null);
        Assert.True(failure is null or ChatAdapterException, $"{failure}");
        string sent = string.Join('\n', handler.Exchanges[0].Headers.Values);
        Assert.Contains(Planted.Key, sent, StringComparison.Ordinal);
        Assert.Contains(Planted.GatewayToken, sent, StringComparison.Ordinal);
        Planted.CheckAbsent($"{handler.Exchanges[0].Uri}");
        Planted.CheckSecretsAbsent(AIJson.Text(response ?? new ChatResponse()));
        Planted.CheckAbsent(_logged.Text);
        Planted.CheckAbsent(string.Join('\n', _measured));
        Planted.CheckAbsent(string.Join('\n', _records.Summaries.Select(summary => AIJson.Text(SummaryProperties.Write(summary)))));
        Planted.CheckAbsent(string.Join('\n', _records.Usages.Select(usage => AIJson.Text(UsageRecordProperties.Write(usage)))));
        Planted.CheckAbsent(failure);
        Assert.True(_logged.Count >= 2 && !_measured.IsEmpty && _records is { Summaries.Count: 1, Usages.Count: 1 }, "Everything was watched.");
    }

    [Theory]
    [InlineData("Provider:Headers", $"Authorization: Bearer {Planted.Key}")]
    [InlineData("Provider:ApiKey:0", Planted.Key)]
    [InlineData("Provider:ApiKeys", Planted.Key)]
    [InlineData("Provider:ApiKeys:0", Planted.Key)]
    [InlineData("Provider:ApiKeys:0:Key", Planted.Key)]
    [InlineData("Provider:ApiKey", $"{Planted.Key}\nx")]
    [InlineData("Provider:Headers:Authorization", $"Bearer {Planted.Key}\r\nx")]
    [InlineData("Provider:Headers:X Key", Planted.Key)]
    [InlineData("Provider:Endpoint", $"gateway.example/v1?key={Planted.Key}")]
    [InlineData("Provider:Endpoint", $"ftp://user:{Planted.Key}@gateway.example")]
    [InlineData("Provider:Endpoint", $"ftp://user:a@{Planted.Key}@gateway.example")]
    [InlineData("Provider:Endpoint", $"gateway.example?key=a@{Planted.Key}")]
    public void Settings_Wrong_AreToldWithoutTheKey(string name, string value)
    {
        var settings = new ChatSettings(("Provider:Name", "openai"), ("Provider:Endpoint", "http://localhost:1"), ("Provider:ApiKey", "x"), (name, value));

        Exception? inCode = Record.Exception(() => new ScriptedChatClient(StreamScript.New()).AsBuilder().UseStreaming(settings.Section).Build().Dispose());
        Exception? registered = Record.Exception(() => Resolve(settings));

        Assert.True(inCode is null or OptionsValidationException, $"{inCode}");
        Assert.True(registered is null or OptionsValidationException, $"{registered}");
        Assert.DoesNotContain(Planted.Key, $"{inCode} {registered} {_logged.Text}", StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_ReloadedWrong_AreLoggedWithoutTheKey()
    {
        var settings = new ChatSettings(("Mode", "Enhanced"), ("Provider:ApiKey", Planted.Key));
        using IChatClient client = new ScriptedChatClient(StreamScript.New()).AsBuilder().UseStreaming(settings.Section).Build(new TestServices(_time, _loggers));

        settings.Set(("Provider:Headers", $"Authorization: Bearer {Planted.Key}"), ("Timeout:Idle", "soon"));

        Assert.Contains("Chat:Provider:Headers is a single value", _logged.Text, StringComparison.Ordinal);
        Planted.CheckAbsent(_logged.Text);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _loggers.Dispose();
        _logged.Dispose();
    }

    private static ScriptedHttpResponse Respond(SecretWire wire, string situation)
    {
        ScriptedHttpResponse ok = ScriptedHttpResponse.Ok(wire.MediaType).Text(wire.Start).Text(wire.Text($"The {Planted.Answer} is"));
        return situation switch
        {
            "completes" => ok.Text(wire.Text(" here.")).Text(wire.End),
            "refuses the key" => ScriptedHttpResponse.Status(401, "application/json").Text(wire.Error(Planted.Echo)),
            "echoes the request" => ScriptedHttpResponse.Status(400, "application/json").Text(wire.Error(Planted.Echo)),
            "echoes the request in the stream" => ok.Text(wire.ErrorFrame(Planted.Echo)),
            "is cut" => ok.EndsPrematurely(),
            "is malformed" => ok.Text(wire.Broken(Planted.Answer)).Text(wire.End),
            "is no JSON" => ScriptedHttpResponse.Status(502, "text/html").Text($"<html><body>{Planted.Echo}</body></html>"),
            "connection fails" => ScriptedHttpResponse.FailsBeforeHeaders(HttpRequestError.NameResolutionError),
            _ => ok.EndsInSilence(),
        };
    }

    private IChatClient Provider(string provider, bool rotates, ScriptedHttpHandler handler) => ChatProviderFactory.Create(
        provider,
        Planted.Options(rotates, _time),
        new HttpClient(handler));

    private void Resolve(ChatSettings settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(_loggers);
        services.AddStreamingChatClient(settings.Section);
        using ServiceProvider provider = services.BuildServiceProvider();
        _ = provider.GetRequiredService<IChatClient>();
    }

    private void Measure(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
}
