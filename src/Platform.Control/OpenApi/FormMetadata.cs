namespace Platform.Control.OpenApi;

/// <summary>A body that is a form, which no contract type describes.</summary>
/// <param name="MediaType">Its media type.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="TakesFiles">Whether further fields are files under their relative paths.</param>
internal sealed record FormMetadata(string MediaType, IReadOnlyList<FormField> Fields, bool TakesFiles);
