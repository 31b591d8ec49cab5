namespace Platform.Contracts.Variables;

/// <summary>A variable of an application, as its manifest declares it.</summary>
/// <param name="Default">Its value while nobody sets one; null when it is required: the version goes live only when one is set.</param>
/// <param name="IsSecret">Whether the manifest calls it secret: then its value is set as a secret, never as a variable.</param>
public sealed record VariableDocument(string? Default, bool IsSecret);
