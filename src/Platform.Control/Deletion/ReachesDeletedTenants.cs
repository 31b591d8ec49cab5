namespace Platform.Control.Deletion;

/// <summary>On a route: the operator reaches a tenant there that is deleted and not yet purged.</summary>
internal sealed class ReachesDeletedTenants
{
    public static ReachesDeletedTenants Instance { get; } = new();
}
