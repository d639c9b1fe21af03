using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;
using Polly;
using Polly.Retry;
using StreamingAdapters.Errors;
using StreamingAdapters.Settings;
using StreamingAdapters.Streams;

namespace StreamingAdapters.Recovery;

/// <summary>Asks again for embeddings that failed, by the rules, hints, backoff and budgets of recovery; each batch for itself.</summary>
/// <remarks>
/// Of <see cref="StreamingRecoveryOptions"/> it uses <see cref="StreamingRecoveryOptions.Rules"/> (their retries), <see cref="StreamingRecoveryOptions.Delay"/>,
/// <see cref="StreamingRecoveryOptions.MaxDelay"/>, <see cref="StreamingRecoveryOptions.Budget"/> (a batch), <see cref="StreamingRecoveryOptions.RetryTokens"/> and
/// <see cref="StreamingRecoveryOptions.RetryTokensPerAnswer"/>. Another model's vectors cannot be compared with this one's: there are no routes. Thread-safe. Failures are of the
/// family of <see cref="ChatAdapterException"/>, over any generator; the caller's cancellation and exceptions of the application's own code pass as they are.
/// </remarks>
public sealed class RetryingEmbeddingGenerator : DelegatingEmbeddingGenerator<string, Embedding<float>>
{
    private static readonly ResiliencePropertyKey<long> StartKey = new("StreamingAdapters.Embeddings.Start");

    private readonly StreamingRecoveryOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly TokenBudget? _tokens;
    private readonly ResiliencePipeline<GeneratedEmbeddings<Embedding<float>>> _retries;
    private readonly string? _provider;
    private readonly int _batchSize;

    /// <summary>Creates the generator.</summary>
    /// <param name="innerGenerator">What is asked; disposed with this one. A generator of this library is asked for one of its batches at a time, any other for all at once.</param>
    /// <param name="options">The rules; null for the defaults. Read once.</param>
    /// <param name="timeProvider">The clock of the waits; null for the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="innerGenerator"/> is null.</exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of its range.</exception>
    public RetryingEmbeddingGenerator(IEmbeddingGenerator<string, Embedding<float>> innerGenerator, StreamingRecoveryOptions? options = null, TimeProvider? timeProvider = null)
        : base(innerGenerator)
    {
        _options = SettingsFailures.Check(options ?? new StreamingRecoveryOptions(), nameof(options)).Copy();
        _timeProvider = timeProvider ?? TimeProvider.System;
        _tokens = _options.RetryTokens is { } tokens ? new TokenBudget(tokens, tokens, _options.RetryTokensPerAnswer) : null;
        _provider = innerGenerator.GetService<EmbeddingGeneratorMetadata>()?.ProviderName;
        _batchSize = innerGenerator.GetService<EmbeddingBatch>()?.Size ?? int.MaxValue;
        _retries = new ResiliencePipelineBuilder<GeneratedEmbeddings<Embedding<float>>> { TimeProvider = _timeProvider }.AddRetry(Retry()).Build();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException"><paramref name="values"/> is null.</exception>
    /// <exception cref="ChatAdapterException">A request failed, and no retry was allowed or helped.</exception>
    public override Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        return GenerateAllAsync([.. values], options, cancellationToken);
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAllAsync(string[] texts, EmbeddingGenerationOptions? options, CancellationToken cancellationToken)
    {
        if (texts.Length <= _batchSize)
        {
            return await GenerateBatchAsync(texts, options, cancellationToken);
        }

        var all = new GeneratedEmbeddings<Embedding<float>>(texts.Length);
        foreach (string[] batch in texts.Chunk(_batchSize))
        {
            GeneratedEmbeddings<Embedding<float>> some = await GenerateBatchAsync(batch, options, cancellationToken);
            all.AddRange(some);
            all.AdditionalProperties ??= some.AdditionalProperties;
            if (some.Usage is { } usage)
            {
                (all.Usage ??= new UsageDetails()).Add(usage);
            }
        }

        return all;
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> GenerateBatchAsync(string[] texts, EmbeddingGenerationOptions? options, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellationToken);
        context.Properties.Set(StartKey, _timeProvider.GetTimestamp());
        try
        {
            Outcome<GeneratedEmbeddings<Embedding<float>>> outcome = await _retries.ExecuteOutcomeAsync(
                static (_, call) => call.Generator.AttemptAsync(call.Texts, call.Options, call.Token), context, (Generator: this, Texts: texts, Options: options, Token: cancellationToken));
            if (outcome.Exception is { } failure)
            {
                ExceptionDispatchInfo.Throw((failure as AttemptFailedException)?.Outcome ?? failure);
            }

            _tokens?.Refill();
            return outcome.Result!;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<Outcome<GeneratedEmbeddings<Embedding<float>>>> AttemptAsync(string[] texts, EmbeddingGenerationOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            return Outcome.FromResult(await InnerGenerator.GenerateAsync(texts, options, cancellationToken));
        }
        catch (Exception e) when (CallersCancellation.Is(e, cancellationToken))
        {
            return Outcome.FromException<GeneratedEmbeddings<Embedding<float>>>(CallersCancellation.For(e, cancellationToken));
        }
        catch (Exception e)
        {
            ChatAdapterException? mapped = ChatErrorMapper.Map(e, new ErrorContext(_provider ?? "", options?.ModelId, PromptTexts: texts), answerStarted: null);
            return Outcome.FromException<GeneratedEmbeddings<Embedding<float>>>(
                new AttemptFailedException(e, mapped, _options.Rules[mapped?.Kind ?? ChatErrorKind.Cancelled], attempt: null));
        }
    }

    private RetryStrategyOptions<GeneratedEmbeddings<Embedding<float>>> Retry()
    {
        var retry = new RetryStrategyOptions<GeneratedEmbeddings<Embedding<float>>>
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = _options.Delay,
            MaxDelay = _options.MaxDelay,
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is AttemptFailedException failure && MayRetry(failure, args.AttemptNumber, args.Context)),
            DelayGenerator = static args => ValueTask.FromResult((args.Outcome.Exception as AttemptFailedException)?.RetryAfter),
        };
        retry.Randomizer = _options.Randomizer ?? retry.Randomizer;
        return retry;
    }

    private bool MayRetry(AttemptFailedException failure, int retries, ResilienceContext context)
    {
        TimeSpan? left = _options.Budget - _timeProvider.GetElapsedTime(context.Properties.GetValue(StartKey, 0));
        return RecoveryDecisions.Repeats(failure, retries, RecoveryDecisions.BackoffOf(_options, retries), left, hasOtherRoute: false, TimeSpan.Zero)
            && (_tokens?.TryTake() ?? true);
    }
}
