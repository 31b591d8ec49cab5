namespace Platform.Runtime.Sandboxes;

/// <summary>One HTTP field: its name in lower case and its value, decoded as Latin-1 so that any octet survives (RFC 9110 section 5.5).</summary>
public readonly record struct HeaderField(string Name, string Value);
