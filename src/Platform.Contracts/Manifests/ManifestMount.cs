namespace Platform.Contracts.Manifests;

/// <summary>An entry of <c>files</c>.</summary>
/// <param name="Source">A glob over uploaded paths when <paramref name="Destination"/> is null; else an uploaded directory or file.</param>
/// <param name="Destination">Where the guest sees it, absolute; null for a glob, whose files keep their relative paths under <c>/</c>.</param>
public sealed record ManifestMount(string Source, string? Destination);
