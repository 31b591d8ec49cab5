namespace Platform.Worker.Backups;

/// <summary>A SQLite database of an app.</summary>
/// <param name="App">The app's number.</param>
/// <param name="Label">Its label in the manifest.</param>
/// <param name="File">Where it is.</param>
public sealed record AppDatabase(long App, string Label, string File);
