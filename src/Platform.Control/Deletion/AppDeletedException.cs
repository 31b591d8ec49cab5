namespace Platform.Control.Deletion;

/// <summary>The name is a deleted app's that isn't purged yet: what was to be changed stays as it is.</summary>
internal sealed class AppDeletedException(string app) : Exception("The app is deleted and not purged yet.")
{
    /// <summary>The app's name.</summary>
    public string App { get; } = app;
}
