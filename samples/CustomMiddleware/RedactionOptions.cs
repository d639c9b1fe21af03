namespace CustomMiddleware;

/// <summary>What the redaction stage hides.</summary>
public sealed class RedactionOptions
{
    /// <summary>The words to hide, in any case.</summary>
    /// <value>Empty by default: nothing is hidden, and no stage is built.</value>
    public IList<string> Words { get; set; } = [];

    /// <summary>What stands in place of a word.</summary>
    /// <value><c>[hidden]</c> by default.</value>
    public string Mask { get; set; } = "[hidden]";
}
