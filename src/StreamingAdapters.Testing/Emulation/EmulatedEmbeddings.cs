using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StreamingAdapters.Testing;

/// <summary>Vectors that depend on the text, the model and the seed alone; nothing is near to anything.</summary>
internal static class EmulatedEmbeddings
{
    /// <summary>The vector of a text, of length 1, as JSON.</summary>
    public static string Vector(EmulatedServerOptions options, string model, string text, int? dimensions) =>
        $"[{string.Join(',', Numbers(options, model, text, dimensions).Select(number => number.ToString("R", CultureInfo.InvariantCulture)))}]";

    /// <summary>The vector's bytes in base64, as OpenAI writes them.</summary>
    public static string Base64(EmulatedServerOptions options, string model, string text, int? dimensions) =>
        Convert.ToBase64String([.. Numbers(options, model, text, dimensions).SelectMany(BitConverter.GetBytes)]);

    /// <summary>How many tokens a text counts as: its words.</summary>
    public static int Tokens(IEnumerable<string> texts) => texts.Sum(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);

    private static float[] Numbers(EmulatedServerOptions options, string model, string text, int? dimensions)
    {
        var numbers = new double[dimensions ?? options.EmbeddingDimensions];
        for (int i = 0; i < numbers.Length; i++)
        {
            byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{options.Seed}|{model}|{i}|{text}")));
            numbers[i] = (BitConverter.ToUInt16(hash) / 32768.0) - 1;
        }

        double length = Math.Sqrt(numbers.Sum(number => number * number));
        return [.. numbers.Select(number => (float)(number / length))];
    }
}
