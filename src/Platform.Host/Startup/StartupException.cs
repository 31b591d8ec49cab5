namespace Platform.Host.Startup;

/// <summary>The process can't start as it was told to. The message is one line that names the setting and what to do; it is all that the operator sees.</summary>
internal sealed class StartupException(string message) : Exception(message);
