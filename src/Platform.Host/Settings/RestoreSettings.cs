namespace Platform.Host.Settings;

/// <summary>What the command line says of a backup to be restored.</summary>
/// <param name="From">The file (<c>--from</c>), as given.</param>
/// <param name="DataDirectory">The platform's to be (<c>--data-dir</c>), as given.</param>
internal sealed record RestoreSettings(string From, string DataDirectory);
