namespace Platform.Data.Blobs;

/// <summary>Says how many bytes of blobs a tenant may own.</summary>
public interface IStorageLimits
{
    /// <summary>The bytes; null for any number.</summary>
    long? LimitOf(TenantScope tenant);
}
