namespace Platform.Control.OpenApi;

/// <summary>A successful answer that isn't JSON, or that may be something else as well.</summary>
/// <param name="Description">What it is.</param>
/// <param name="MediaTypes">Its media types.</param>
internal sealed record MediaAnswerMetadata(string Description, IReadOnlyList<string> MediaTypes);
