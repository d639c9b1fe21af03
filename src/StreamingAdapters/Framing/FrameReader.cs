using System.Buffers;
using System.Runtime.CompilerServices;
using StreamingAdapters.Errors;

namespace StreamingAdapters.Framing;

/// <summary>Cuts a body into frames of bytes; holds no buffer while it waits for an idle server.</summary>
/// <remarks>
/// Use: <see cref="TryRead"/> until it returns false, then <see cref="FillAsync"/>; when that returns false, <see cref="TryRead"/> once
/// more for what the end delivers.
/// </remarks>
internal abstract class FrameReader : IDisposable
{
    /// <summary>The default bound on one frame: 4 MiB. Base64 images are the largest frames seen in the wild, at a few MB.</summary>
    public const int DefaultMaxFrameBytes = 4 * 1024 * 1024;

    // Enough for a server that sends as it thinks: many waiting streams in turn leave few and small buffers in the pool.
    private const int FirstReadSize = 4 * 1024;
    private const int FullReadSize = 16 * 1024;

    // What may stand around the data of a frame that is not whole yet: field names, an event's name, comments.
    private const int MaxMarkupBytes = 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly Stream _body;
    private readonly int _maxFrameBytes;
    private byte[] _buffer = [];
    private int _end;
    private bool _startChecked;

    protected FrameReader(Stream body, int maxFrameBytes)
    {
        _body = body;
        _maxFrameBytes = maxFrameBytes;
    }

    /// <summary>Whether any byte of the body was received.</summary>
    public bool HasReceived { get; private set; }

    /// <summary>The body's end was reached.</summary>
    protected bool IsAtEnd { get; private set; }

    /// <summary>The buffer; frames are slices of it.</summary>
    protected ReadOnlyMemory<byte> Buffer => _buffer;

    /// <summary>The received bytes, from the buffer's start.</summary>
    protected ReadOnlySpan<byte> Received => new(_buffer, 0, _end);

    /// <summary>Where the received bytes end in the buffer.</summary>
    protected int End => _end;

    /// <summary>Where the bytes begin that are still needed: the current frame's first.</summary>
    protected int FrameStart { get; set; }

    /// <summary>Takes the next frame from the bytes at hand.</summary>
    /// <returns>False when more bytes are needed, or the body has ended and nothing is left.</returns>
    public bool TryRead(out Frame frame)
    {
        frame = default;
        return (_startChecked || CheckStart()) && TryReadFrame(out frame);
    }

    /// <summary>Waits for more bytes.</summary>
    /// <returns>False when the body has ended.</returns>
    /// <exception cref="ChatStreamException"><see cref="ChatErrorKind.BufferLimitExceeded"/>: a frame is larger than the limit.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (FrameStart == _end)
        {
            Release();
            await _body.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        }

        MakeRoom();
        int read = await _body.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        HasReceived |= read > 0;
        IsAtEnd = read == 0;
        return read > 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Release();

    /// <summary>The protocol's part of <see cref="TryRead"/>.</summary>
    protected abstract bool TryReadFrame(out Frame frame);

    /// <summary>The kept bytes moved in the buffer by this much towards its start.</summary>
    protected abstract void OnShifted(int by);

    /// <summary>Fails when so many bytes belong to one frame that no sane server sends it.</summary>
    protected void CheckLimit(int frameBytes)
    {
        if (frameBytes > _maxFrameBytes)
        {
            throw new ChatStreamException(
                ChatErrorKind.BufferLimitExceeded,
                $"One frame of the answer is larger than {_maxFrameBytes} bytes; raise MaxFrameBytes in the provider's options if the server is right.");
        }
    }

    // One leading byte order mark is dropped; it may come in pieces.
    private bool CheckStart()
    {
        ReadOnlySpan<byte> start = _buffer.AsSpan(0, Math.Min(_end, ByteOrderMark.Length));
        if (start.Length < ByteOrderMark.Length && !IsAtEnd && ByteOrderMark.StartsWith(start))
        {
            return false;
        }

        _startChecked = true;
        if (start.SequenceEqual(ByteOrderMark))
        {
            FrameStart = ByteOrderMark.Length;
            OnShifted(-ByteOrderMark.Length);
        }

        return true;
    }

    private void MakeRoom()
    {
        CheckLimit(_end - FrameStart - MaxMarkupBytes);
        if (_buffer.Length == 0)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(FirstReadSize);
        }
        else if (_end == _buffer.Length && (FrameStart == 0 || _buffer.Length < FullReadSize))
        {
            // One frame fills it, or the server is faster than the reads.
            byte[] old = _buffer;
            Shift(ArrayPool<byte>.Shared.Rent(old.Length * 2));
            ArrayPool<byte>.Shared.Return(old);
        }
        else if (FrameStart > 0)
        {
            Shift(_buffer);
        }
    }

    private void Shift(byte[] target)
    {
        _buffer.AsSpan(FrameStart, _end - FrameStart).CopyTo(target);
        _buffer = target;
        OnShifted(FrameStart);
        _end -= FrameStart;
        FrameStart = 0;
    }

    private void Release()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            OnShifted(FrameStart);
            FrameStart = 0;
            _end = 0;
        }
    }
}
