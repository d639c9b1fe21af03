namespace StreamingAdapters.Testing;

/// <summary>What follows the bytes of an answer.</summary>
internal enum AnswerEnd
{
    InOrder,
    Close,
    Reset,
    Silence,
}
