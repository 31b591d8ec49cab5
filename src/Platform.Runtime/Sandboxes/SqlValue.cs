namespace Platform.Runtime.Sandboxes;

/// <summary>A parameter or a value of a result.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Value">Of the .NET type that the type says; null for <see cref="SqlType.Null"/>.</param>
public readonly record struct SqlValue(SqlType Type, object? Value);
