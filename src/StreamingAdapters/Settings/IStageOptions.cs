namespace StreamingAdapters.Settings;

/// <summary>Options of a stage: read from a section of configuration, and checked before use.</summary>
internal interface IStageOptions
{
    /// <summary>Takes over what the section says; a value that is not there leaves the default.</summary>
    void Read(SettingsSection section);

    /// <summary>Reports each value that is out of its range.</summary>
    void Validate(SettingsFailures failures);
}
