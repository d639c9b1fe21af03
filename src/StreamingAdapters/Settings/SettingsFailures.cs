using System.Globalization;

namespace StreamingAdapters.Settings;

/// <summary>Collects what is wrong with options, each as a sentence that names the value and the fix.</summary>
internal sealed class SettingsFailures
{
    private readonly string _path;
    private readonly List<string> _failures;

    /// <summary>For options that were made in code, named after their type.</summary>
    public SettingsFailures(string path)
        : this(path, [])
    {
    }

    private SettingsFailures(string path, List<string> failures)
    {
        _path = path;
        _failures = failures;
    }

    public IReadOnlyList<string> All => _failures;

    /// <summary>The same collection for a section inside.</summary>
    public SettingsFailures In(string name) => new(PathOf(name), _failures);

    /// <summary>The full path of a value, as configuration writes it.</summary>
    public string PathOf(string name) => _path.Length == 0 ? name : $"{_path}:{name}";

    /// <summary>Reports a value.</summary>
    /// <param name="name">The property.</param>
    /// <param name="value">What it is set to.</param>
    /// <param name="rule">What it has to be, for example <c>it has to be longer than zero; null switches the clock off</c>.</param>
    public void Add(string name, object? value, string rule) =>
        _failures.Add(string.Create(CultureInfo.InvariantCulture, $"{PathOf(name)} is {value ?? "null"}: {rule}."));

    /// <summary>Reports a value unless a condition holds.</summary>
    public void Require(bool holds, string name, object? value, string rule)
    {
        if (!holds)
        {
            Add(name, value, rule);
        }
    }

    /// <summary>Reports something that is no single value.</summary>
    public void Add(string sentence) => _failures.Add(sentence);

    /// <summary>Refuses options of a stage that are made in code.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message says all of them.</exception>
    public static T Check<T>(T options, string parameterName)
        where T : IStageOptions
    {
        var failures = new SettingsFailures(typeof(T).Name);
        options.Validate(failures);
        return failures.All.Count == 0 ? options : throw new ArgumentException(string.Join(" ", failures.All), parameterName);
    }
}
