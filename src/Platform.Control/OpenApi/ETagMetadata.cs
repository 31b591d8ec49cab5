namespace Platform.Control.OpenApi;

/// <summary>Marks an operation whose answer has an <c>ETag</c>.</summary>
internal sealed class ETagMetadata
{
    public static readonly ETagMetadata Instance = new();
}
