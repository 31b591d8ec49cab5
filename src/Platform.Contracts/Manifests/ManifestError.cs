namespace Platform.Contracts.Manifests;

/// <summary>Why a manifest is refused.</summary>
/// <param name="Message">What is wrong and what to do, for the developer; names the key.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1, in UTF-16 units.</param>
public sealed record ManifestError(string Message, int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => $"spin.toml({Line},{Column}): {Message}";
}
