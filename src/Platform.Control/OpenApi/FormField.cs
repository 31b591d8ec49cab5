namespace Platform.Control.OpenApi;

/// <summary>A field of a form.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is.</param>
/// <param name="IsFile">Whether it is a file rather than text.</param>
/// <param name="IsRequired">Whether it must be there.</param>
internal sealed record FormField(string Name, string Description, bool IsFile = false, bool IsRequired = false);
