namespace Platform.Host.Settings;

/// <summary>What the command line says of a backup to be made.</summary>
/// <param name="To">The file (<c>--to</c>), as given.</param>
/// <param name="WithKeys">Whether the master key and the operator's token go in (<c>--with-keys</c>).</param>
/// <param name="DataDirectory">The platform's (<c>--data-dir</c>), as given.</param>
internal sealed record BackupSettings(string To, bool WithKeys, string DataDirectory);
