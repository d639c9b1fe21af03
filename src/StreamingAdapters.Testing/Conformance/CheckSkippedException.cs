namespace StreamingAdapters.Testing.Conformance;

/// <summary>A check found out on the way that its target lacks what it needs.</summary>
internal sealed class CheckSkippedException(string reason) : Exception(reason);
