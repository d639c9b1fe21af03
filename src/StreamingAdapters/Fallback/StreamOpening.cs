using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;
using StreamingAdapters.Errors;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Fallback;

/// <summary>One stream, read up to its first content before anything of it is handed out: until then a refusal can still be answered otherwise.</summary>
internal sealed class StreamOpening(Func<IAsyncEnumerable<ChatResponseUpdate>> open, CancellationToken cancellationToken) : IAsyncDisposable
{
    // A client that sends more than the gate holds without content streams, whatever comes of it.
    private CommitGate? _gate = new();
    private IAsyncEnumerator<ChatResponseUpdate>? _updates;
    private ExceptionDispatchInfo? _failure;
    private bool _hasEnded;

    /// <summary>How streaming was refused; null when it was not.</summary>
    public Exception? Refusal { get; private set; }

    /// <summary>What came up to the first content, that included.</summary>
    public IReadOnlyList<ChatResponseUpdate> Held => _gate?.Held ?? [];

    /// <summary>What comes after it; null when the stream is over.</summary>
    public IAsyncEnumerator<ChatResponseUpdate>? Rest => _hasEnded ? null : _updates;

    /// <summary>Reads up to the first content, or to the end. A failure is kept: what came before it is handed out first.</summary>
    public async Task ReadAsync()
    {
        try
        {
            _updates = open().GetAsyncEnumerator(cancellationToken);
            do
            {
                _hasEnded = !await _updates.MoveNextAsync();
            }
            while (!_hasEnded && !_gate!.Take(_updates.Current));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && IsRefusal(e))
        {
            Refusal = e;
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    /// <summary>Throws what ended the reading; forgets what was held.</summary>
    public void Release()
    {
        _gate = null;
        _failure?.Throw();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _updates?.DisposeAsync() ?? ValueTask.CompletedTask;

    // Clients that only know whole answers throw these at the first read; behind an update they are a client's defect.
    private bool IsRefusal(Exception exception) =>
        (Held.Count == 0 && exception is (NotSupportedException or NotImplementedException))
        || ChatErrorMapper.Map(exception) is { Kind: ChatErrorKind.UnsupportedFeature, Feature: "streaming" };
}
