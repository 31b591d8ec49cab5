namespace Platform.Dashboard.Hosting;

/// <summary>A call of the API.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Path and query.</param>
internal sealed record ApiCall(HttpMethod Method, string Path)
{
    /// <summary>The body; empty for none.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>The body's type.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>The ETag that has to match; null for none.</summary>
    public string? IfMatch { get; init; }

    /// <summary>What writes of a cookie's session send with them.</summary>
    public Antiforgery? Antiforgery { get; init; }
}
