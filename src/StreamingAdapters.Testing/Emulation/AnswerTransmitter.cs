using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace StreamingAdapters.Testing;

/// <summary>Sends one plan over one connection: bytes, pace, gate, silence, cut.</summary>
internal sealed class AnswerTransmitter(EmulatedServerOptions options, HttpContext context, EmulatedRequest request, Func<AnswerGate?> gate)
{
    private static readonly TimeSpan Forever = Timeout.InfiniteTimeSpan;

    public async Task SendAsync(AnswerPlan plan, CancellationToken cancellationToken)
    {
        if (plan.BeforeHeaders is { } end)
        {
            await EndAsync(end, cancellationToken);
            return;
        }

        await DelayAsync(plan.HeadersDelay, cancellationToken);
        await StartAsync(plan, cancellationToken);
        foreach (WirePiece piece in plan.Pieces())
        {
            await SendAsync(piece, plan.FirstChunkDelay, cancellationToken);
        }

        if (plan.IsStreamed && plan.End is AnswerEnd.InOrder)
        {
            await DelayAsync(options.FinalChunkDelay, cancellationToken);
        }

        await EndAsync(plan.End, cancellationToken);
    }

    private async Task StartAsync(AnswerPlan plan, CancellationToken cancellationToken)
    {
        HttpResponse response = context.Response;
        response.StatusCode = plan.Status;
        response.ContentType = plan.ContentType;
        foreach (var (name, value) in plan.Headers)
        {
            response.Headers[name] = value;
        }

        if (plan.Body is { } body && plan.Reshape is null && plan.End is AnswerEnd.InOrder)
        {
            response.ContentLength = body.Length;
        }

        await response.StartAsync(cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    private async Task SendAsync(WirePiece piece, TimeSpan firstChunkDelay, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (piece.IsChunk)
        {
            await DelayAsync(request.ChunksSent > 0 ? options.Pace : firstChunkDelay, cancellationToken);
        }

        if (piece.Bytes.Length > 0)
        {
            await context.Response.Body.WriteAsync(piece.Bytes, cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }

        if (piece.IsChunk && gate() is { } closed)
        {
            await closed.PassAsync(request.ReportChunk(), cancellationToken);
        }
        else if (piece.IsChunk)
        {
            request.ReportChunk();
        }
    }

    private Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        delay > TimeSpan.Zero ? Task.Delay(delay, options.TimeProvider, cancellationToken) : Task.CompletedTask;

    private async Task EndAsync(AnswerEnd end, CancellationToken cancellationToken)
    {
        switch (end)
        {
            case AnswerEnd.Silence:
                await Task.Delay(Forever, options.TimeProvider, cancellationToken);
                break;
            case AnswerEnd.Close:
                // Kestrel's own abort is a reset. A FIN alone leaves the client's half open, until it has read to the end and closes.
                context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket.Shutdown(SocketShutdown.Send);
                await Task.Delay(Forever, options.TimeProvider, cancellationToken);
                break;
            case AnswerEnd.Reset:
                context.Abort();
                break;
            default:
                break;
        }
    }
}
