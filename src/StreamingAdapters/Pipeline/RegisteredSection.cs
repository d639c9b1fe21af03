using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamingAdapters.Settings;

namespace StreamingAdapters.Pipeline;

/// <summary>Registered options: reads them from their section, and checks every key of it and every value as section and code have set it in the end.</summary>
/// <param name="serviceKey">The key that the options are named after.</param>
/// <param name="section">Their section.</param>
/// <param name="makesProvider">Whether the provider's client is made by them.</param>
internal sealed class RegisteredSection(object? serviceKey, IConfiguration section, bool makesProvider)
    : IConfigureNamedOptions<StreamingOptions>, IValidateOptions<StreamingOptions>
{
    /// <summary>The name of the options.</summary>
    public string Name { get; } = Convert.ToString(serviceKey, CultureInfo.InvariantCulture) ?? Options.DefaultName;

    public object? ServiceKey => serviceKey;

    /// <summary>The client that the options belong to.</summary>
    public ServiceDescriptor? Client { get; set; }

    public void Configure(StreamingOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? optionsName, StreamingOptions options)
    {
        if (optionsName == Name)
        {
            // What cannot be read keeps its default here and is a failure in Validate, beside what code has set.
            Read(options);
        }
    }

    public ValidateOptionsResult Validate(string? optionsName, StreamingOptions options)
    {
        if (optionsName != Name)
        {
            return ValidateOptionsResult.Skip;
        }

        SettingsFailures failures = Read(new StreamingOptions());
        ((IStageOptions)options).Validate(failures);
        if (makesProvider)
        {
            options.Provider.ValidateClient(failures.In(nameof(StreamingOptions.Provider)));
        }

        return failures.All.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures.All);
    }

    private SettingsFailures Read(StreamingOptions options)
    {
        var failures = new SettingsFailures(PipelineSource.PathOf(section));
        SettingsSection.ReadValues(section, options, failures);
        return failures;
    }
}
