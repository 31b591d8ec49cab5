namespace Platform.Contracts.Variables;

/// <summary>A variable of an application, as its manifest declares it.</summary>
/// <param name="Default">Its value while nobody sets one.</param>
/// <param name="IsSecret">Whether the manifest calls it secret.</param>
public sealed record VariableDocument(string Default, bool IsSecret);
