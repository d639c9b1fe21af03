// As OllamaSharp 5.4 has them, for what recognises them by their names.
namespace OllamaSharp.Models.Exceptions;

public class OllamaException(string message, Exception? innerException = null) : Exception(message, innerException);

public sealed class ModelDoesNotSupportToolsException(string message) : OllamaException(message);

public sealed class ResponseError(string message) : OllamaException(message);
