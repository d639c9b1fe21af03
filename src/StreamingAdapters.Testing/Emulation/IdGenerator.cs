namespace StreamingAdapters.Testing;

/// <summary>Makes ids that look random and are the same for the same seed and request.</summary>
internal sealed class IdGenerator(int seed, int requestNumber)
{
    private const string Characters = "abcdefghijklmnopqrstuvwxyz0123456789";

    private readonly Random _random = new(TextGenerator.Mix(seed, $"request {requestNumber}"));

    public string Next(string prefix, int length) => prefix + string.Concat(Enumerable.Range(0, length).Select(_ => Characters[_random.Next(Characters.Length)]));
}
