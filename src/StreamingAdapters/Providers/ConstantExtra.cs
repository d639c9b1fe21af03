using System.Text.Json;

namespace StreamingAdapters.Providers;

/// <summary>A member that servers repeat on every chunk: told once, and again when it changes.</summary>
/// <param name="name">The member's name.</param>
/// <param name="mayBeNumber">Whether it may be a number instead of a string.</param>
internal sealed class ConstantExtra(string name, bool mayBeNumber = false)
{
    private byte[] _last = [];

    /// <summary>The member's name.</summary>
    public string Name { get; } = name;

    /// <summary>Whether the value is there and differs from the last one.</summary>
    public bool IsNew(JsonSlice slice, ReadOnlySpan<byte> frame, out object? value)
    {
        value = null;
        bool isNumber = mayBeNumber && slice.Type == JsonTokenType.Number;
        if (!(slice.HasText || isNumber) || slice.Of(frame).SequenceEqual(_last))
        {
            return false;
        }

        _last = slice.Of(frame).ToArray();
        value = isNumber ? slice.GetNumber(frame) : slice.GetString(frame);
        return true;
    }
}
