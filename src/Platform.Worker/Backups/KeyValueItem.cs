namespace Platform.Worker.Backups;

/// <summary>A value of an app's key-value store.</summary>
/// <param name="App">The app's number.</param>
/// <param name="Label">The store's label.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
public sealed record KeyValueItem(long App, string Label, string Key, byte[] Value);
