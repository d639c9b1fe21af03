namespace StreamingAdapters.Testing;

/// <summary>A part of a scripted body: wait, then hand out the bytes.</summary>
internal readonly record struct BodyStep(byte[] Bytes, TimeSpan Delay);
