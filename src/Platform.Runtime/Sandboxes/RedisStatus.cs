namespace Platform.Runtime.Sandboxes;

/// <summary>A simple string of Redis' protocol, <c>OK</c>.</summary>
public sealed record RedisStatus(string Text);
