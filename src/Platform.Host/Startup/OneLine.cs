namespace Platform.Host.Startup;

/// <summary>Messages of other people's exceptions inside a one-line message.</summary>
internal static class OneLine
{
    /// <summary>The message without line ends and without the full stop at its end.</summary>
    public static string Of(string message) =>
        string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
}
