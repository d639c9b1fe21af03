namespace StreamingAdapters.Testing;

internal enum ToolChoice
{
    Auto,
    None,
    Required,
}
