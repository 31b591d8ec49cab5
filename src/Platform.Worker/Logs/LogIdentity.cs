namespace Platform.Worker.Logs;

/// <summary>Whose log lines these are.</summary>
internal readonly record struct LogIdentity(string Tenant, string App, int Version, string Component, string RequestId);
