using Microsoft.Extensions.AI;

namespace StreamingAdapters.Validation;

/// <summary>The ranges that providers agree on; each refuses some of it, none takes more than this, local servers apart.</summary>
internal static class OptionRules
{
    public static void Check(ChatOptions options, StreamingValidationOptions rules, RequestFailures failures)
    {
        bool any = rules.AllowAnyOptionValues;
        CheckRange(nameof(options.Temperature), options.Temperature, 0, 2, any, failures);
        CheckRange(nameof(options.TopP), options.TopP, 0, 1, any, failures);
        CheckRange(nameof(options.FrequencyPenalty), options.FrequencyPenalty, -2, 2, any, failures);
        CheckRange(nameof(options.PresencePenalty), options.PresencePenalty, -2, 2, any, failures);
        if (!any)
        {
            CheckPositive(nameof(options.TopK), options.TopK, failures);
            CheckPositive(nameof(options.MaxOutputTokens), options.MaxOutputTokens, failures);
        }
    }

    private static void CheckRange(string name, float? value, int least, int most, bool any, RequestFailures failures)
    {
        // JSON has no word for what is not finite.
        if (value is { } number && !float.IsFinite(number) && any)
        {
            failures.Add($"ChatOptions.{name} is {number}: it has to be a finite number, or null for the provider's default.");
        }
        else if (!any && value is { } given && !(given >= least && given <= most))
        {
            failures.Add($"ChatOptions.{name} is {given}: it has to be between {least} and {most}, or null for the provider's default.");
        }
    }

    private static void CheckPositive(string name, int? value, RequestFailures failures)
    {
        if (value < 1)
        {
            failures.Add($"ChatOptions.{name} is {value}: it has to be at least 1, or null for the provider's default.");
        }
    }
}
