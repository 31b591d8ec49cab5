using System.Net;

namespace Platform.Worker.Capabilities.Sql;

/// <summary>A server as a tenant connects to it.</summary>
internal sealed record SqlServerKey(string Tenant, ServerAddress Server, IPAddress Address);
