using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using StreamingAdapters.Settings;

namespace StreamingAdapters.Pipeline;

/// <summary>What a configured pipeline is built from, again at each change of its section.</summary>
/// <param name="Read">The options as they stand now; fresh at each call.</param>
/// <param name="Section">What is watched; null when the options were made in code.</param>
/// <param name="Rounds">Fills the slot of rounds.</param>
/// <param name="State">What outlives changes.</param>
internal sealed record PipelineSource(Func<StreamingOptions> Read, IConfiguration? Section, Action<ChatClientBuilder>? Rounds, PipelineState State)
{
    /// <summary>Makes the innermost client; null for one that is given, or that <see cref="StreamingOptions.Provider"/> says.</summary>
    public Func<IServiceProvider, IChatClient>? InnerClientFactory { get; init; }

    /// <summary>The section's full path; empty for a root and for options made in code.</summary>
    public string Path => PathOf(Section);

    /// <summary>Every key and value of the section: what has to differ for a change to be one.</summary>
    public string Fingerprint => Section is null ? "" : string.Join('\n', Section.AsEnumerable().OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase));

    public static string PathOf(IConfiguration? section) => section is IConfigurationSection { Path: var path } ? path : "";

    /// <summary>The options that a section says.</summary>
    /// <exception cref="OptionsValidationException">A key is unknown or a value wrong; it holds all failures.</exception>
    public static StreamingOptions ReadFrom(IConfiguration section)
    {
        string path = PathOf(section);
        var failures = new SettingsFailures(path);
        var options = new StreamingOptions();
        SettingsSection.Read(section, options, failures);
        return failures.All.Count == 0 ? options : throw new OptionsValidationException(path, typeof(StreamingOptions), failures.All);
    }
}
