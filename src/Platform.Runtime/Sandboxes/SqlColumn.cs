namespace Platform.Runtime.Sandboxes;

/// <summary>A column of a result.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="ServerType">The server's name of the type.</param>
public sealed record SqlColumn(string Name, SqlType Type, string ServerType);
