namespace Platform.Load;

/// <summary>An answer that isn't what the API promises.</summary>
internal sealed class WrongAnswerException(string message) : Exception(message);
