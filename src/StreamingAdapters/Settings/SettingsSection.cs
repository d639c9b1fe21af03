using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace StreamingAdapters.Settings;

/// <summary>Reads one section of configuration, reporting every bad value and every unknown key with its full path.</summary>
/// <remarks>
/// The binder of the framework stops at the first bad value and finds unknown keys of the first level only. Values are read in the invariant culture.
/// </remarks>
internal sealed class SettingsSection
{
    private const string SectionRule = "it has to be a section with values of its own";
    private const string ValueRule = "it has to be a single value";

    private readonly IConfiguration _section;
    private readonly SettingsFailures _failures;
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    private SettingsSection(IConfiguration section, SettingsFailures failures)
    {
        _section = section;
        _failures = failures;
    }

    /// <summary>Reads options from a section and checks them.</summary>
    public static void Read(IConfiguration section, IStageOptions options, SettingsFailures failures)
    {
        ReadValues(section, options, failures);
        options.Validate(failures);
    }

    /// <summary>Reads options from a section, to be checked when code has had its say too.</summary>
    public static void ReadValues(IConfiguration section, IStageOptions options, SettingsFailures failures)
    {
        if (section is IConfigurationSection { Value: { Length: > 0 } text, Path: var path })
        {
            failures.Add($"{path} is '{text}': {SectionRule}.");
        }

        var settings = new SettingsSection(section, failures);
        options.Read(settings);
        settings.ReportUnknown();
    }

    /// <summary>A value: a number, a duration (<c>00:02:00</c>), a flag.</summary>
    public void Value<T>(string name, Action<T> set)
        where T : struct, IParsable<T>
    {
        if (Text(name) is { Length: > 0 } text)
        {
            Parse(name, text, set);
        }
        else if (Exists(name))
        {
            _failures.Add(name, "empty", Rule<T>());
        }
    }

    /// <summary>A value that null or an empty text switches off.</summary>
    public void Optional<T>(string name, Action<T?> set)
        where T : struct, IParsable<T>
    {
        if (Text(name) is { Length: > 0 } text)
        {
            Parse<T>(name, text, value => set(value));
        }
        else if (Exists(name))
        {
            set(null);
        }
    }

    /// <summary>A member of an enumeration, by its name in any case.</summary>
    public void Member<TEnum>(string name, Action<TEnum> set)
        where TEnum : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return;
        }

        if (Enum.GetNames<TEnum>().Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            set(Enum.Parse<TEnum>(text, ignoreCase: true));
        }
        else
        {
            _failures.Add(name, $"'{text}'", $"it has to be one of {string.Join(", ", Enum.GetNames<TEnum>())}");
        }
    }

    /// <summary>A text; null and empty leave the default.</summary>
    public void Text(string name, Action<string> set)
    {
        if (Text(name) is { Length: > 0 } text)
        {
            set(text);
        }
    }

    /// <summary>An absolute address of a server; null and empty leave the default.</summary>
    public void Address(string name, Action<Uri> set)
    {
        if (Text(name) is not { Length: > 0 } text)
        {
            return;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
        {
            set(address);
        }
        else
        {
            // Neither a password in front of the host nor a key in the query is for a log.
            string withoutQuery = text.Split('?', '#')[0];
            string shown = withoutQuery[(withoutQuery.LastIndexOf('@') + 1)..];
            _failures.Add(name, $"'{shown}'", "it has to be an absolute http or https address, for example http://localhost:11434");
        }
    }

    /// <summary>The options of a section inside.</summary>
    public void Section(string name, IStageOptions options)
    {
        IConfigurationSection inner = Inside(name);

        // Validated with the whole, which validates what it holds.
        var settings = new SettingsSection(inner, _failures.In(name));
        options.Read(settings);
        settings.ReportUnknown();
    }

    /// <summary>The sections inside a section, whose names are the user's own.</summary>
    public void Named(string name, Action<string, SettingsSection> read)
    {
        SettingsFailures inside = _failures.In(name);
        foreach (IConfigurationSection child in Inside(name).GetChildren())
        {
            var settings = new SettingsSection(child, inside.In(child.Key));
            read(child.Key, settings);
            settings.ReportUnknown();
        }
    }

    /// <summary>The sections inside a section, whose names are those of an enumeration's members, in any case.</summary>
    public void NamedByMember<TEnum>(string name, Action<string, SettingsSection> read)
        where TEnum : struct, Enum
    {
        string[] members = Enum.GetNames<TEnum>();
        Named(name, (key, section) =>
        {
            if (members.Contains(key, StringComparer.OrdinalIgnoreCase))
            {
                read(key, section);
            }
            else
            {
                section.Refuse($"the keys here are {string.Join(", ", members)}");
            }
        });
    }

    /// <summary>Texts by names of the user's own, or of a list.</summary>
    public void Texts(string name, Action<string, string> set)
    {
        _known.Add(name);
        if (_section[name] is { Length: > 0 })
        {
            // Not quoted: a header in one line may hold a key.
            _failures.Add(name, "a single value", "it has to be a list or a section with values of its own");
        }

        foreach (IConfigurationSection child in _section.GetSection(name).GetChildren())
        {
            CheckSingle(child, _failures.In(name));
            set(child.Key, child.Value ?? "");
        }
    }

    private static string Rule<T>() => typeof(T) switch
    {
        var type when type == typeof(TimeSpan) => "it has to be a duration such as 00:02:00",
        var type when type == typeof(bool) => "it has to be true or false",
        var type when type == typeof(int) || type == typeof(long) => "it has to be a whole number",
        _ => "it has to be a number",
    };

    // What the parsers would take for something else: 30 and 24:00 for days, 2,5 for 25.
    private static bool IsPlain<T>(string text) => typeof(T) == typeof(TimeSpan)
        ? text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out _)
        : !text.Contains(',', StringComparison.Ordinal);

    private static void CheckSingle(IConfigurationSection value, SettingsFailures failures)
    {
        if (value.GetChildren().Any())
        {
            failures.Add(value.Key, "a section", ValueRule);
        }
    }

    // The section's own name is wrong, whatever stands inside.
    private void Refuse(string rule)
    {
        _failures.Add($"{_failures.PathOf("").TrimEnd(':')} is unknown: {rule}.");
        foreach (IConfigurationSection child in _section.GetChildren())
        {
            _known.Add(child.Key);
        }
    }

    private void Parse<T>(string name, string text, Action<T> set)
        where T : struct, IParsable<T>
    {
        if (IsPlain<T>(text) && T.TryParse(text, CultureInfo.InvariantCulture, out T value))
        {
            set(value);
        }
        else
        {
            _failures.Add(name, $"'{text}'", Rule<T>());
        }
    }

    private IConfigurationSection Inside(string name)
    {
        _known.Add(name);
        IConfigurationSection inner = _section.GetSection(name);
        if (inner.Value is { Length: > 0 } text)
        {
            _failures.Add(name, $"'{text}'", SectionRule);
        }

        return inner;
    }

    private bool Exists(string name) => _section.GetChildren().Any(child => string.Equals(child.Key, name, StringComparison.OrdinalIgnoreCase));

    private string? Text(string name)
    {
        _known.Add(name);
        IConfigurationSection value = _section.GetSection(name);
        CheckSingle(value, _failures);
        return value.Value;
    }

    private void ReportUnknown()
    {
        foreach (IConfigurationSection child in _section.GetChildren().Where(child => !_known.Contains(child.Key)))
        {
            _failures.Add($"{_failures.PathOf(child.Key)} is unknown: the keys here are {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
        }
    }
}
