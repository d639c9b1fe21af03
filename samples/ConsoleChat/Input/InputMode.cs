namespace ConsoleChat.Input;

/// <summary>Where the prompt comes from.</summary>
internal enum InputMode
{
    /// <summary>The command line.</summary>
    CommandLine,

    /// <summary>Standard input up to its end, behind the command line's prompt if there is one.</summary>
    StandardInput,

    /// <summary>Standard input if something comes soon, else the built-in question.</summary>
    StandardInputIfAny,

    /// <summary>Whoever sits at the terminal, again and again.</summary>
    Conversation,

    /// <summary>The built-in question.</summary>
    BuiltIn,
}
