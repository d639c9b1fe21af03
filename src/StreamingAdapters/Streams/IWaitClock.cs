namespace StreamingAdapters.Streams;

/// <summary>A clock that runs while an <see cref="UpdateReader"/> waits, and not until its consumer has come round to the outcome.</summary>
internal interface IWaitClock
{
    /// <summary>Says whose waits these are: the reader that the clock interrupts.</summary>
    void Watch(UpdateReader reader);

    /// <summary>A wait begins.</summary>
    void Start();

    /// <summary>The wait is over; nothing happens if none was.</summary>
    void Stop();
}
