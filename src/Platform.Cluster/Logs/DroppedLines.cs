namespace Platform.Cluster.Logs;

/// <summary>Lines of an app that a worker couldn't hand over.</summary>
/// <param name="Tenant">The tenant's slug.</param>
/// <param name="App">The app's slug.</param>
/// <param name="Lines">How many.</param>
internal sealed record DroppedLines(string Tenant, string App, long Lines);
