using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamingAdapters.Streams;
using StreamingAdapters.Testing;
using StreamingAdapters.Usage;

namespace StreamingAdapters.Tests.Pipeline;

/// <summary>Clients that are registered by a section of configuration.</summary>
public sealed class RegistrationTests : IDisposable
{
    private readonly LogLines _log = new();
    private readonly ServiceCollection _services = new();

    public RegistrationTests() => _services.AddSingleton<ILoggerFactory>(_log);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ServiceLifetime.Singleton)]
    [InlineData(ServiceLifetime.Scoped)]
    [InlineData(ServiceLifetime.Transient)]
    public void Add_Lifetime_IsTheClients(ServiceLifetime lifetime)
    {
        _services.AddStreamingChatClient(new ChatSettings().Section, _ => Scripted(), lifetime: lifetime);
        using ServiceProvider services = _services.BuildServiceProvider();
        using IServiceScope one = services.CreateScope();
        using IServiceScope other = services.CreateScope();

        IChatClient first = one.ServiceProvider.GetRequiredService<IChatClient>();

        Assert.Equal(lifetime is not ServiceLifetime.Transient, ReferenceEquals(first, one.ServiceProvider.GetRequiredService<IChatClient>()));
        Assert.Equal(lifetime is ServiceLifetime.Singleton, ReferenceEquals(first, other.ServiceProvider.GetRequiredService<IChatClient>()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Add_TwoKeys_AreTwoPipelinesOfTheirOwn(bool streaming)
    {
        var fast = new ChatSettings(("Mode", "Basic"));
        var rich = new ChatSettings(("Mode", "Enhanced"));
        _services.AddKeyedStreamingChatClient("fast", fast.Section, _ => Scripted("f"));
        _services.AddKeyedStreamingChatClient("rich", rich.Section, _ => Scripted("r"));
        using ServiceProvider services = _services.BuildServiceProvider();

        IChatClient first = services.GetRequiredKeyedService<IChatClient>("fast");
        IChatClient second = services.GetRequiredKeyedService<IChatClient>("rich");
        rich.Set(("Timeout:Enabled", "false"));

        Assert.Equal(("f", "r"), ((await first.AskAsync(streaming)).Text, (await second.AskAsync(streaming)).Text));
        Assert.Equal((StreamingMode.Basic, StreamingMode.Enhanced), (first.Describe().Mode, second.Describe().Mode));
        Assert.DoesNotContain(StreamingStage.Timeout, second.Describe().Stages);
        Assert.Null(services.GetService<IChatClient>());
    }

    [Fact]
    public void Add_CodeConfiguresTheSameName_CountsBehindTheSectionAndAgainAfterAChange()
    {
        var settings = new ChatSettings(("Mode", "Enhanced"));
        _services.AddKeyedStreamingChatClient("a", settings.Section, _ => Scripted());
        _services.PostConfigure<StreamingOptions>("a", options => options.Timeout.Enabled = false);
        _services.Configure<StreamingOptions>("b", options => options.Mode = StreamingMode.Basic);
        using ServiceProvider services = _services.BuildServiceProvider();
        IChatClient client = services.GetRequiredKeyedService<IChatClient>("a");

        settings.Set(("Timeout:Idle", "00:00:10"));

        Assert.Equal(StreamingMode.Enhanced, client.Describe().Mode);
        Assert.DoesNotContain(StreamingStage.Timeout, client.Describe().Stages);
    }

    [Fact]
    public void Add_CodeSetsAWrongValue_FailsByItsPath()
    {
        _services.AddStreamingChatClient(new ChatSettings().Section, _ => Scripted());
        _services.Configure<StreamingOptions>(options => options.Timeout.Idle = TimeSpan.Zero);
        using ServiceProvider services = _services.BuildServiceProvider();

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IChatClient>);

        Assert.StartsWith("Chat:Timeout:Idle is 00:00:00: it has to be longer than zero", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Add_TwiceUnderOneKey_TheLaterTakesThePlace()
    {
        _services.AddStreamingChatClient(new ChatSettings(("Mode", "Enhanced"), ("Nope", "1")).Section, _ => Scripted());
        _services.AddStreamingChatClient(new ChatSettings(("Timeout:Enabled", "true")).Section, _ => Scripted());
        using ServiceProvider services = _services.BuildServiceProvider();

        Assert.Equal(StreamingMode.Basic, services.GetRequiredService<IChatClient>().Describe().Mode);
    }

    [Fact]
    public void Add_TwiceUnderOneKey_IsOneClient()
    {
        _services.AddStreamingChatClient(new ChatSettings(("Provider:Name", "ollama"), ("Provider:Model", "m")).Section);
        _services.AddStreamingChatClient(new ChatSettings().Section, _ => Scripted());
        using ServiceProvider services = _services.BuildServiceProvider();

        Assert.NotNull(Assert.Single(services.GetServices<IChatClient>()).GetService<ScriptedChatClient>());
    }

    [Fact]
    public void Add_TwoKeysOfOneText_IsRefused()
    {
        _services.AddKeyedStreamingChatClient(1, new ChatSettings().Section, _ => Scripted());

        var e = Assert.Throws<InvalidOperationException>(() => _services.AddKeyedStreamingChatClient("1", new ChatSettings().Section, _ => Scripted()));

        Assert.StartsWith("The service key '1' has the text of another key", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_WrongSectionUnderAHost_FailsAtTheStartWithAllFailures()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddStreamingChatClient(new ChatSettings(("Mode", "x"), ("Timeout:Idel", "1")).Section, _ => Scripted());
        builder.Services.AddKeyedStreamingChatClient("local", new ChatSettings(("Provider:Name", "olama")).Section);
        using IHost host = builder.Build();

        AggregateException failures = await Assert.ThrowsAsync<AggregateException>(() => host.StartAsync(Token));

        Assert.Collection(
            failures.InnerExceptions.Cast<OptionsValidationException>().SelectMany(failure => failure.Failures).Order(StringComparer.Ordinal),
            sentence => Assert.StartsWith("Chat:Mode is 'x': ", sentence, StringComparison.Ordinal),
            sentence => Assert.StartsWith("Chat:Provider:Name is 'olama': ", sentence, StringComparison.Ordinal),
            sentence => Assert.StartsWith("Chat:Timeout:Idel is unknown: ", sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Add_RightSectionUnderAHost_Starts()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddStreamingChatClient(new ChatSettings(("Mode", "Enhanced")).Section, _ => Scripted("a"));
        using IHost host = builder.Build();

        await host.StartAsync(Token);

        Assert.Equal("a", (await host.Services.GetRequiredService<IChatClient>().AskAsync(streaming: true)).Text);
    }

    [Fact]
    public void Add_WrongChange_IsLoggedAndNotThrown()
    {
        var settings = new ChatSettings();
        _services.AddStreamingChatClient(settings.Section, _ => Scripted());
        using ServiceProvider services = _services.BuildServiceProvider();
        IChatClient client = services.GetRequiredService<IChatClient>();

        settings.Set(("Mode", "x"), ("Nope", "1"));

        string line = Assert.Single(_log.At(LogLevel.Error));
        Assert.Contains("Chat:Mode is 'x'", line, StringComparison.Ordinal);
        Assert.Contains("Chat:Nope is unknown", line, StringComparison.Ordinal);
        Assert.Equal(StreamingMode.Basic, client.Describe().Mode);
    }

    [Fact]
    public void Add_Builder_AddsOutsideOfAllStages()
    {
        WatchedChatClient? outer = null;
        _services.AddStreamingChatClient(new ChatSettings().Section, _ => Scripted()).Use(inner => outer = new WatchedChatClient(inner));
        ServiceProvider services = _services.BuildServiceProvider();

        IChatClient client = services.GetRequiredService<IChatClient>();
        ScriptedChatClient inner = client.GetService<ScriptedChatClient>()!;
        services.Dispose();

        Assert.Same(outer, client);
        Assert.Equal(1, outer!.Disposals);
        Assert.True(inner.IsDisposed);
    }

    [Fact]
    public async Task Add_Scoped_AllScopesCountIntoOneSum()
    {
        _services.AddStreamingChatClient(new ChatSettings(("Mode", "Enhanced")).Section, _ => Scripted(), lifetime: ServiceLifetime.Scoped);
        using ServiceProvider services = _services.BuildServiceProvider();
        UsageAccumulator[] sums = new UsageAccumulator[2];

        for (int index = 0; index < sums.Length; index++)
        {
            using IServiceScope scope = services.CreateScope();
            IChatClient client = scope.ServiceProvider.GetRequiredService<IChatClient>();
            await client.AskAsync(streaming: true);
            sums[index] = client.GetService<UsageAccumulator>()!;
        }

        Assert.Same(sums[0], sums[1]);
        Assert.Equal(2, sums[0].Total.Answers);
    }

    [Fact]
    public void Add_RegisteredAccumulator_IsTheOne()
    {
        var registered = new UsageAccumulator();
        _services.AddSingleton(registered);
        _services.AddStreamingChatClient(new ChatSettings(("Mode", "Enhanced")).Section, _ => Scripted());
        using ServiceProvider services = _services.BuildServiceProvider();

        Assert.Same(registered, services.GetRequiredService<IChatClient>().GetService<UsageAccumulator>());
    }

    [Fact]
    public void Add_WrongSection_MakesNoClientOfAFactory()
    {
        bool isMade = false;
        _services.AddStreamingChatClient(new ChatSettings(("Mode", "x")).Section, _ =>
        {
            isMade = true;
            return Scripted();
        });
        using ServiceProvider services = _services.BuildServiceProvider();

        Assert.Throws<OptionsValidationException>(services.GetRequiredService<IChatClient>);
        Assert.False(isMade);
    }

    public void Dispose() => _log.Dispose();

    private static ScriptedChatClient Scripted(string text = "a") => new(StreamScript.New().Text(text).Finish());
}
