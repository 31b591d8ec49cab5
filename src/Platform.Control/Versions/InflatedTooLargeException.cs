namespace Platform.Control.Versions;

/// <summary>An archive inflates to more than it may.</summary>
internal sealed class InflatedTooLargeException() : Exception("the archive inflates to more than it may");
