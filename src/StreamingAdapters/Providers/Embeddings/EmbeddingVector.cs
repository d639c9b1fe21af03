using System.Buffers.Binary;
using System.Text.Json;

namespace StreamingAdapters.Providers;

/// <summary>A vector as servers write it: numbers, or their bytes in base64.</summary>
internal static class EmbeddingVector
{
    /// <exception cref="JsonException">It is neither, or empty.</exception>
    /// <exception cref="FormatException">It is no base64.</exception>
    /// <exception cref="InvalidOperationException">One of the numbers is none.</exception>
    public static float[] Read(JsonElement json)
    {
        float[] vector = json.ValueKind switch
        {
            JsonValueKind.Array => [.. json.EnumerateArray().Select(number => number.GetSingle())],
            JsonValueKind.String => FromBytes(json.GetBytesFromBase64()),
            _ => throw new JsonException("A vector was expected."),
        };
        return vector.Length > 0 ? vector : throw new JsonException("A vector has at least one number.");
    }

    private static float[] FromBytes(byte[] bytes)
    {
        if (bytes.Length % sizeof(float) != 0)
        {
            throw new JsonException("A vector's bytes come in fours.");
        }

        var vector = new float[bytes.Length / sizeof(float)];
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        }

        return vector;
    }
}
