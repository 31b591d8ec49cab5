namespace Platform.Runtime.Components;

/// <summary>An import of a core module.</summary>
/// <param name="Module">First name.</param>
/// <param name="Name">Second name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Signature">The signature of a function, null for one with other values than the four number types.</param>
/// <param name="Type">The type of what is no function.</param>
internal sealed record CoreImport(string Module, string Name, CoreKind Kind, CoreSignature? Signature, CoreItemType? Type);
