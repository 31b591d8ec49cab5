namespace Platform.Runtime.Components;

/// <summary>An export of a core module; the signature of a function, null for one with other values than the four number types.</summary>
internal sealed record CoreExport(CoreKind Kind, int Index, CoreSignature? Signature);
