namespace Platform.Dashboard.Deploying;

/// <summary>A file that the browser will send.</summary>
/// <param name="Path">Its path from where the manifest is.</param>
/// <param name="Size">Bytes.</param>
public sealed record ChosenFile(string Path, long Size);
