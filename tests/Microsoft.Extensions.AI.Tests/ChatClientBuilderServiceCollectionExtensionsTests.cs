using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.AI.Tests;

public sealed class ChatClientBuilderServiceCollectionExtensionsTests
{
    private const string Key = "key";

    public static TheoryData<bool, bool, ServiceLifetime> EveryLifetime()
    {
        var rows = new TheoryData<bool, bool, ServiceLifetime>();
        foreach (ServiceLifetime lifetime in Enum.GetValues<ServiceLifetime>())
        {
            rows.Add(false, false, lifetime);
            rows.Add(false, true, lifetime);
            rows.Add(true, false, lifetime);
            rows.Add(true, true, lifetime);
        }

        return rows;
    }

    [Fact]
    public void Add_NullCollection_Throws()
    {
        using var inner = new CallbackChatClient();
        IServiceCollection services = null!;

        Assert.Throws<ArgumentNullException>("serviceCollection", () => services.AddChatClient(inner));
        Assert.Throws<ArgumentNullException>("serviceCollection", () => services.AddChatClient(_ => inner));
        Assert.Throws<ArgumentNullException>("serviceCollection", () => services.AddKeyedChatClient(Key, inner));
        Assert.Throws<ArgumentNullException>("serviceCollection", () => services.AddKeyedChatClient(Key, _ => inner));
    }

    [Fact]
    public void Add_NullFactory_Throws()
    {
        var services = new ServiceCollection();
        Func<IServiceProvider, IChatClient> factory = null!;

        Assert.Throws<ArgumentNullException>("innerClientFactory", () => services.AddChatClient(factory));
        Assert.Throws<ArgumentNullException>("innerClientFactory", () => services.AddKeyedChatClient(Key, factory));
        Assert.Empty(services);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Add_NullClient_ThrowsAtTheLatestWhenResolved(bool keyed)
    {
        var services = new ServiceCollection();

        Assert.ThrowsAny<Exception>(() =>
        {
            _ = keyed ? services.AddKeyedChatClient(Key, (IChatClient)null!) : services.AddChatClient((IChatClient)null!);
            using ServiceProvider provider = services.BuildServiceProvider();
            Resolve(provider, keyed);
        });
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Add_NoLifetime_IsASingleton(bool keyed, bool factory)
    {
        using var inner = new CallbackChatClient();
        var services = new ServiceCollection();

        _ = (keyed, factory) switch
        {
            (false, false) => services.AddChatClient(inner),
            (false, true) => services.AddChatClient(_ => inner),
            (true, false) => services.AddKeyedChatClient(Key, inner),
            (true, true) => services.AddKeyedChatClient(Key, _ => inner),
        };

        ServiceDescriptor descriptor = Assert.Single(services);
        Assert.Equal(typeof(IChatClient), descriptor.ServiceType);
        Assert.Equal(ServiceLifetime.Singleton, descriptor.Lifetime);
        Assert.Equal(keyed, descriptor.IsKeyedService);
        Assert.Equal(keyed ? Key : null, descriptor.ServiceKey);
    }

    [Theory]
    [MemberData(nameof(EveryLifetime))]
    public void Add_Lifetime_DecidesHowLongOnePipelineLives(bool keyed, bool factory, ServiceLifetime lifetime)
    {
        using var inner = new CallbackChatClient();
        var services = new ServiceCollection();
        Add(services, inner, keyed, factory, lifetime).Use(client => new TaggingChatClient(client, "stage", []));
        using ServiceProvider provider = services.BuildServiceProvider();
        using IServiceScope scope = provider.CreateScope();
        using IServiceScope otherScope = provider.CreateScope();

        IChatClient client = Resolve(scope.ServiceProvider, keyed);
        IChatClient again = Resolve(scope.ServiceProvider, keyed);
        IChatClient elsewhere = Resolve(otherScope.ServiceProvider, keyed);

        Assert.Equal(lifetime is not ServiceLifetime.Transient, ReferenceEquals(client, again));
        Assert.Equal(lifetime is ServiceLifetime.Singleton, ReferenceEquals(client, elsewhere));
        Assert.Same(inner, elsewhere.GetService<CallbackChatClient>());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Add_StageOfTheReturnedBuilder_TakesPartInTheResolvedClient(bool keyed, bool streaming)
    {
        List<string> calls = [];
        using var inner = new CallbackChatClient();
        var services = new ServiceCollection();
        ChatClientBuilder builder = Add(services, inner, keyed, factory: true, ServiceLifetime.Singleton);
        builder.Use(client => new TaggingChatClient(client, "outer", calls)).Use(client => new TaggingChatClient(client, "inner", calls));
        await using ServiceProvider provider = services.BuildServiceProvider();

        ChatResponse response = await Resolve(provider, keyed).AskAsync(streaming);

        Assert.Equal("answer", response.Text);
        Assert.Equal(["outer", "inner"], calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Add_Factories_GetTheServicesOfTheResolvingScope(bool keyed)
    {
        var services = new ServiceCollection();
        services.AddScoped<Marker>();
        List<Marker> seen = [];
        ChatClientBuilder builder = keyed
            ? services.AddKeyedChatClient(Key, CreateInner, ServiceLifetime.Scoped)
            : services.AddChatClient(CreateInner, ServiceLifetime.Scoped);
        builder.Use((client, provider) =>
        {
            seen.Add(provider.GetRequiredService<Marker>());
            return client;
        });
        using ServiceProvider provider = services.BuildServiceProvider();
        using IServiceScope scope = provider.CreateScope();

        Resolve(scope.ServiceProvider, keyed);

        var marker = scope.ServiceProvider.GetRequiredService<Marker>();
        Assert.Equal([marker, marker], seen);

        IChatClient CreateInner(IServiceProvider scoped)
        {
            seen.Add(scoped.GetRequiredService<Marker>());
            return new CallbackChatClient();
        }
    }

    [Fact]
    public void AddKeyedChatClient_TwoKeysAndNone_AreThreeClients()
    {
        using var plain = new CallbackChatClient();
        using var first = new CallbackChatClient();
        using var second = new CallbackChatClient();
        var services = new ServiceCollection();
        services.AddChatClient(plain);
        services.AddKeyedChatClient("first", first);
        services.AddKeyedChatClient(2, _ => second);
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Same(plain, provider.GetRequiredService<IChatClient>());
        Assert.Same(first, provider.GetRequiredKeyedService<IChatClient>("first"));
        Assert.Same(second, provider.GetRequiredKeyedService<IChatClient>(2));
        Assert.Null(provider.GetKeyedService<IChatClient>("third"));
    }

    [Fact]
    public void AddKeyedChatClient_NullKey_RegistersWithoutAKey()
    {
        using var inner = new CallbackChatClient();
        var services = new ServiceCollection();

        services.AddKeyedChatClient(null, inner);

        Assert.False(Assert.Single(services).IsKeyedService);
        using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Same(inner, provider.GetRequiredService<IChatClient>());
    }

    [Fact]
    public void AddChatClient_Twice_LastOneIsResolvedAndBothAreListed()
    {
        using var first = new CallbackChatClient();
        using var second = new CallbackChatClient();
        var services = new ServiceCollection();
        services.AddChatClient(first);
        services.AddChatClient(second);
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Same(second, provider.GetRequiredService<IChatClient>());
        Assert.Equal([first, second], provider.GetServices<IChatClient>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Add_ProviderDisposed_DisposesTheResolvedClient(bool keyed)
    {
        using var inner = new CallbackChatClient();
        var services = new ServiceCollection();
        Add(services, inner, keyed, factory: true, ServiceLifetime.Singleton);
        ServiceProvider provider = services.BuildServiceProvider();
        Resolve(provider, keyed);

        provider.Dispose();

        Assert.Equal(1, inner.Disposals);
    }

    private static ChatClientBuilder Add(IServiceCollection services, IChatClient inner, bool keyed, bool factory, ServiceLifetime lifetime) =>
        (keyed, factory) switch
        {
            (false, false) => services.AddChatClient(inner, lifetime),
            (false, true) => services.AddChatClient(_ => inner, lifetime),
            (true, false) => services.AddKeyedChatClient(Key, inner, lifetime),
            (true, true) => services.AddKeyedChatClient(Key, _ => inner, lifetime),
        };

    private static IChatClient Resolve(IServiceProvider provider, bool keyed) =>
        keyed ? provider.GetRequiredKeyedService<IChatClient>(Key) : provider.GetRequiredService<IChatClient>();

    private sealed class Marker;
}
