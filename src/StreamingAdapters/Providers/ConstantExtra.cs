namespace StreamingAdapters.Providers;

/// <summary>A member that servers repeat on every chunk: told once, and again when it changes.</summary>
internal sealed class ConstantExtra(string name)
{
    private byte[] _last = [];

    /// <summary>The member's name.</summary>
    public string Name { get; } = name;

    /// <summary>Whether the value is there and differs from the last one.</summary>
    public bool IsNew(JsonSlice slice, ReadOnlySpan<byte> frame, out string? value)
    {
        value = null;
        if (!slice.HasText || slice.Of(frame).SequenceEqual(_last))
        {
            return false;
        }

        _last = slice.Of(frame).ToArray();
        value = slice.GetString(frame);
        return true;
    }
}
