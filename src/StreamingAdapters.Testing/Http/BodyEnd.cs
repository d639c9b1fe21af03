namespace StreamingAdapters.Testing;

internal enum BodyEnd
{
    InOrder,
    Premature,
    Reset,
    Silence,
}
