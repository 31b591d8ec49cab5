namespace Platform.Runtime.Components;

/// <summary>An export of a core module.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Index">Its index among those of its kind.</param>
/// <param name="Signature">The signature of a function, null for one with other values than the four number types.</param>
/// <param name="Type">The type of what is no function.</param>
internal sealed record CoreExport(CoreKind Kind, int Index, CoreSignature? Signature, CoreItemType? Type);
