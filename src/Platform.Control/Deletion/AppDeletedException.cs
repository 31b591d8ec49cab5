namespace Platform.Control.Deletion;

/// <summary>A deploy to the name of a deleted app that isn't purged yet.</summary>
internal sealed class AppDeletedException() : Exception("The app is deleted and not purged yet.");
