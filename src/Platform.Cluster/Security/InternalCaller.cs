namespace Platform.Cluster.Security;

/// <summary>The process that calls an internal listener.</summary>
/// <param name="NodeId">Its name.</param>
/// <param name="Roles">What it is.</param>
public sealed record InternalCaller(string NodeId, NodeRoles Roles)
{
    /// <summary>Whether it is one of these.</summary>
    public bool Is(NodeRoles roles) => (Roles & roles) != 0;
}
