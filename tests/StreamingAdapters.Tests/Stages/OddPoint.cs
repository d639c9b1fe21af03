namespace StreamingAdapters.Tests.Stages;

/// <summary>Where an <see cref="OddChatClient"/> goes wrong.</summary>
public enum OddPoint
{
    /// <summary>The method throws, before there is a stream or a task.</summary>
    Call,

    /// <summary>The stream has no enumerator.</summary>
    Enumerator,

    /// <summary>The first read throws rather than give a failed task.</summary>
    Read,

    /// <summary>The first read fails.</summary>
    FirstUpdate,

    /// <summary>The read after the first update fails.</summary>
    SecondUpdate,

    /// <summary>The enumerator's disposal fails.</summary>
    Disposal,

    /// <summary>The enumerator's disposal never ends.</summary>
    EndlessDisposal,

    /// <summary>The read after the first update fails, and then the disposal too, with an exception of its own.</summary>
    SecondUpdateAndDisposal,
}
