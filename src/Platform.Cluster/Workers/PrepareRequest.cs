namespace Platform.Cluster.Workers;

/// <summary>What a control plane asks a worker to compile.</summary>
internal sealed record PrepareRequest(string Tenant, string Sha256);
