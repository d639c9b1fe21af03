using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.AI.Tests;

public sealed class ChatClientBuilderTests
{
    [Fact]
    public void Constructor_NullClient_Throws() =>
        Assert.Throws<ArgumentNullException>("innerClient", () => new ChatClientBuilder((IChatClient)null!));

    [Fact]
    public void Constructor_NullFactory_Throws() =>
        Assert.Throws<ArgumentNullException>("innerClientFactory", () => new ChatClientBuilder((Func<IServiceProvider, IChatClient>)null!));

    [Fact]
    public void Use_NullFactory_Throws()
    {
        using var inner = new CallbackChatClient();
        var builder = new ChatClientBuilder(inner);

        Assert.Throws<ArgumentNullException>("clientFactory", () => builder.Use((Func<IChatClient, IChatClient>)null!));
        Assert.Throws<ArgumentNullException>("clientFactory", () => builder.Use((Func<IChatClient, IServiceProvider, IChatClient>)null!));
    }

    [Fact]
    public void Use_AnyOverload_ReturnsTheBuilder()
    {
        using var inner = new CallbackChatClient();
        var builder = new ChatClientBuilder(inner);

        Assert.Same(builder, builder.Use(client => client));
        Assert.Same(builder, builder.Use((client, _) => client));
        Assert.Same(builder, builder.Use((messages, options, next, token) => next(messages, options, token)));
        Assert.Same(builder, builder.Use((messages, options, client, token) => client.GetResponseAsync(messages, options, token), null));
    }

    [Fact]
    public void Build_NoStage_ReturnsTheInnerClient()
    {
        using var inner = new CallbackChatClient();

        Assert.Same(inner, new ChatClientBuilder(inner).Build());
        Assert.Same(inner, new ChatClientBuilder(_ => inner).Build());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Build_ThreeStages_FirstAddedIsOutermost(bool streaming)
    {
        List<string> calls = [];
        using var inner = new CallbackChatClient();
        using IChatClient client = new ChatClientBuilder(inner)
            .Use(next => new TaggingChatClient(next, "first", calls))
            .Use((next, _) => new TaggingChatClient(next, "second", calls))
            .Use((messages, options, next, token) =>
            {
                calls.Add("third");
                return next(messages, options, token);
            })
            .Build();

        ChatResponse response = await client.AskAsync(streaming);

        Assert.Equal(["first", "second", "third"], calls);
        Assert.Equal("answer", response.Text);
    }

    [Fact]
    public void Build_ThreeStages_FactoriesRunInnermostFirst()
    {
        List<string> factories = [];
        using var inner = new CallbackChatClient();
        ChatClientBuilder builder = new ChatClientBuilder(_ => Note("inner", inner))
            .Use(next => Note("first", next))
            .Use((next, _) => Note("second", next));

        builder.Build();

        Assert.Equal(["inner", "second", "first"], factories);

        IChatClient Note(string name, IChatClient client)
        {
            factories.Add(name);
            return client;
        }
    }

    [Fact]
    public void Build_Services_ReachEveryFactory()
    {
        using var inner = new CallbackChatClient();
        using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        List<IServiceProvider> seen = [];
        ChatClientBuilder builder = new ChatClientBuilder(provider =>
        {
            seen.Add(provider);
            return inner;
        }).Use((client, provider) =>
        {
            seen.Add(provider);
            return client;
        });

        builder.Build(services);

        Assert.Equal([services, services], seen);
    }

    [Fact]
    public void Build_NullServices_GivesAProviderWithoutServices()
    {
        using var inner = new CallbackChatClient();
        IServiceProvider? seen = null;
        ChatClientBuilder builder = new ChatClientBuilder(inner).Use((client, provider) =>
        {
            seen = provider;
            return client;
        });

        builder.Build(null);

        Assert.NotNull(seen);
        Assert.Null(seen.GetService<IChatClient>());
        Assert.Null(seen.GetKeyedService<IChatClient>("key"));
        Assert.Null(seen.GetKeyedService<IChatClient>(null));
        Assert.Throws<InvalidOperationException>(() => seen.GetRequiredService<IChatClient>());
        Assert.Throws<InvalidOperationException>(() => seen.GetRequiredKeyedService<IChatClient>("key"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Build_FactoryReturnsNull_ThrowsNamingTheStage(int faulty)
    {
        using var inner = new CallbackChatClient();
        var builder = new ChatClientBuilder(inner);
        for (int index = 0; index < 3; index++)
        {
            int stage = index;
            builder.Use(client => stage == faulty ? null! : client);
        }

        var error = Assert.Throws<InvalidOperationException>(() => builder.Build());

        Assert.Contains($"index {faulty}", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(ChatClientBuilder), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ServiceFactoryReturnsNull_Throws()
    {
        using var inner = new CallbackChatClient();
        ChatClientBuilder builder = new ChatClientBuilder(inner).Use((_, _) => null!);

        Assert.Throws<InvalidOperationException>(() => builder.Build());
    }

    [Fact]
    public void Build_Twice_RunsTheFactoriesAnew()
    {
        using var inner = new CallbackChatClient();
        ChatClientBuilder builder = inner.AsBuilder().Use(client => new TaggingChatClient(client, "stage", []));

        IChatClient first = builder.Build();
        IChatClient second = builder.Build();

        Assert.NotSame(first, second);
        Assert.Same(inner, second.GetService<CallbackChatClient>());
    }

    [Fact]
    public void Build_StageAddedAfterwards_LeavesTheBuiltPipelineAlone()
    {
        List<string> calls = [];
        using var inner = new CallbackChatClient();
        ChatClientBuilder builder = inner.AsBuilder();

        IChatClient before = builder.Build();
        builder.Use(client => new TaggingChatClient(client, "late", calls));

        Assert.Same(inner, before);
        Assert.IsType<TaggingChatClient>(builder.Build());
    }

    [Fact]
    public void Dispose_DelegateStages_DisposeTheInnerClient()
    {
        using var inner = new CallbackChatClient();
        IChatClient client = inner.AsBuilder()
            .Use((messages, options, next, token) => next(messages, options, token))
            .Use((messages, options, next, token) => next.GetResponseAsync(messages, options, token), null)
            .Build();

        client.Dispose();

        Assert.Equal(1, inner.Disposals);
    }

    [Fact]
    public void GetService_DelegateStages_ReachTheInnerClient()
    {
        using var inner = new CallbackChatClient();
        using IChatClient client = inner.AsBuilder()
            .Use((messages, options, next, token) => next(messages, options, token))
            .Use((messages, options, next, token) => next.GetResponseAsync(messages, options, token), null)
            .Build();

        Assert.Same(inner, client.GetService<CallbackChatClient>());
        Assert.Null(client.GetService<CallbackChatClient>("key"));
    }

    [Fact]
    public void AsBuilder_NullClient_Throws() =>
        Assert.Throws<ArgumentNullException>("innerClient", () => ((IChatClient)null!).AsBuilder());

    [Fact]
    public void AsBuilder_Client_IsTheInnermost()
    {
        using var inner = new CallbackChatClient();

        Assert.Same(inner, inner.AsBuilder().Build());
        Assert.NotSame(inner.AsBuilder(), inner.AsBuilder());
    }
}
