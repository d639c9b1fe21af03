using System.Reflection;

namespace StreamingAdapters.Tests.PublicApi;

/// <summary>A public member is a promise: each product's surface is compared with an approved text.</summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Products => new("StreamingAdapters", "StreamingAdapters.Testing", "Microsoft.Extensions.AI");

    [Theory]
    [MemberData(nameof(Products))]
    public void Print_Product_MatchesApprovedText(string product)
    {
        Assembly assembly = Assembly.Load(product);
        Assert.SkipUnless(product != "Microsoft.Extensions.AI" || IsOurs(assembly), "The real Microsoft.Extensions.AI is referenced; its surface is not ours to approve.");
        string approved = Repository.PathOf("tests", "StreamingAdapters.Tests", "PublicApi", $"{product}.approved.txt");
        string received = Path.Combine(AppContext.BaseDirectory, $"{product}.received.txt");

        string actual = PublicApiPrinter.Print(assembly);

        File.WriteAllText(received, actual);
        string expected = File.Exists(approved) ? File.ReadAllText(approved) : "";
        string[] changes = [.. expected.Split('\n').Except(actual.Split('\n')).Select(line => "- " + line), .. actual.Split('\n').Except(expected.Split('\n')).Select(line => "+ " + line)];
        Assert.True(expected == actual, $"The public API of {product} changed. If that is meant, copy {received} over {approved}.\n{string.Join('\n', changes)}");
    }

    private static bool IsOurs(Assembly assembly) => assembly.GetCustomAttribute<AssemblyProductAttribute>()?.Product == "StreamingAdapters";
}
