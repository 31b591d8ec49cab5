namespace Platform.Control.Access;

/// <summary>What a caller may do, each level including the ones before it.</summary>
internal enum AccessLevel
{
    /// <summary>Whoever is signed in.</summary>
    SignedIn = 0,

    /// <summary>Reads a tenant's things.</summary>
    Viewer = 1,

    /// <summary>Deploys as well.</summary>
    Developer = 2,

    /// <summary>Manages the tenant's members and tokens as well.</summary>
    Owner = 3,

    /// <summary>The installation's operator: every tenant, and making them.</summary>
    Operator = 4,
}
