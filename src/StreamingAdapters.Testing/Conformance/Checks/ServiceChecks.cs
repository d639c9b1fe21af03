using Microsoft.Extensions.AI;

namespace StreamingAdapters.Testing.Conformance;

/// <summary><c>GetService</c>.</summary>
internal static class ServiceChecks
{
    public static IEnumerable<ConformanceCheck> All { get; } =
    [
        new("Services.Metadata", "GetService gives ChatClientMetadata with the provider's name, its address and the default model.", On(Metadata)),
        new("Services.Self", "GetService gives the client itself for its own type and for IChatClient.", On(Self)),
        new("Services.Keyed", "GetService with a key gives null.", On(Keyed)),
        new("Services.Unknown", "GetService gives null for a type that the client is not.", On(Unknown)),
        new("Services.NullType", "GetService throws ArgumentNullException for a null type.", NullTypeAsync),
    ];

    private static void Metadata(CheckContext context, IChatClient client)
    {
        var metadata = client.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata;

        Expect.That(metadata is not null, "Expected GetService to give ChatClientMetadata; it gave null.");
        Expect.Equal(context.Target.ProviderName, metadata.ProviderName, "the metadata's provider name");

        // What stands in a query may be a secret, which metadata need not tell.
        bool isWithout = metadata.ProviderUri is { Query: "" };
        Expect.Equal(isWithout ? new Uri(context.Target.Endpoint.GetLeftPart(UriPartial.Path)) : context.Target.Endpoint, metadata.ProviderUri, "the metadata's address");
        Expect.Equal(context.Target.ModelId, metadata.DefaultModelId, "the metadata's default model");
    }

    private static void Self(CheckContext context, IChatClient client)
    {
        Expect.That(ReferenceEquals(client, client.GetService(client.GetType())), "Expected GetService to give the client for its own type; it gave something else.");
        Expect.That(ReferenceEquals(client, client.GetService(typeof(IChatClient))), "Expected GetService to give the client for IChatClient; it gave something else.");
    }

    private static void Keyed(CheckContext context, IChatClient client)
    {
        foreach (Type type in (Type[])[typeof(ChatClientMetadata), typeof(IChatClient), client.GetType()])
        {
            Expect.That(client.GetService(type, "key") is null, $"Expected GetService({type.Name}, \"key\") to give null; it gave an object.");
        }
    }

    private static void Unknown(CheckContext context, IChatClient client) =>
        Expect.That(client.GetService(typeof(Uri)) is null, "Expected GetService(Uri) to give null; it gave an object.");

    private static async Task NullTypeAsync(CheckContext context)
    {
        IChatClient client = context.CreateClient();

        await Expect.ThrowsAsync<ArgumentNullException>(
            () =>
            {
                client.GetService(null!);
                return Task.CompletedTask;
            },
            "GetService(null)");
    }

    private static Func<CheckContext, Task> On(Action<CheckContext, IChatClient> check) => context =>
    {
        check(context, context.CreateClient());
        return Task.CompletedTask;
    };
}
