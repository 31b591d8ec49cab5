namespace Platform.Runtime.Components;

/// <summary>An import of a core module; the signature of a function, null for one with other values than the four number types.</summary>
internal sealed record CoreImport(string Module, string Name, CoreKind Kind, CoreSignature? Signature);
