using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StreamingAdapters.Settings;

namespace StreamingAdapters.Pipeline;

/// <summary>Registered options: reads them from their section, and checks every key of it and every value as section and code have set it in the end.</summary>
/// <param name="serviceKey">The key that the options are named after.</param>
/// <param name="section">Their section.</param>
/// <param name="validateMore">Checks what is made by valid options; null for nothing.</param>
internal sealed class RegisteredSection<TOptions>(object? serviceKey, IConfiguration section, Action<TOptions, SettingsFailures>? validateMore)
    : IConfigureNamedOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class, IStageOptions, new()
{
    /// <summary>The name of the options.</summary>
    public string Name { get; } = Convert.ToString(serviceKey, CultureInfo.InvariantCulture) ?? Options.DefaultName;

    /// <summary>The service that the options belong to.</summary>
    public ServiceDescriptor? Service { get; set; }

    private object? ServiceKey => serviceKey;

    /// <summary>Registers the options in place of earlier ones under the same key, whose service goes with them.</summary>
    /// <exception cref="InvalidOperationException">Another key of the same text is registered.</exception>
    public void AddTo(IServiceCollection services)
    {
        // Mixed with an earlier registration, their sections would be neither.
        foreach (ServiceDescriptor earlier in services.Where(service => !service.IsKeyedService && service.ImplementationInstance is RegisteredSection<TOptions> other && other.Name == Name).ToList())
        {
            var replaced = (RegisteredSection<TOptions>)earlier.ImplementationInstance!;
            if (!Equals(replaced.ServiceKey, serviceKey))
            {
                throw new InvalidOperationException(
                    $"The service key '{Name}' has the text of another key that is registered, and the text names the options: give one of them another.");
            }

            services.Remove(earlier);
            services.Remove(replaced.Service!);
        }

        services.AddOptions<TOptions>(Name).ValidateOnStart();
        services.AddSingleton<IConfigureOptions<TOptions>>(this);
        services.AddSingleton<IValidateOptions<TOptions>>(this);
    }

    public void Configure(TOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? optionsName, TOptions options)
    {
        if (optionsName == Name)
        {
            // What cannot be read keeps its default here and is a failure in Validate, beside what code has set.
            Read(options);
        }
    }

    public ValidateOptionsResult Validate(string? optionsName, TOptions options)
    {
        if (optionsName != Name)
        {
            return ValidateOptionsResult.Skip;
        }

        SettingsFailures failures = Read(new TOptions());
        options.Validate(failures);
        validateMore?.Invoke(options, failures);
        return failures.All.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures.All);
    }

    private SettingsFailures Read(TOptions options)
    {
        var failures = new SettingsFailures(PipelineSource.PathOf(section));
        SettingsSection.ReadValues(section, options, failures);
        return failures;
    }
}
