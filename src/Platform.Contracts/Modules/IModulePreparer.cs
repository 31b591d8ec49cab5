namespace Platform.Contracts.Modules;

/// <summary>How the control plane has a module validated and compiled before a version goes live.</summary>
public interface IModulePreparer
{
    /// <summary>Fetches, validates and compiles; idempotent, one compile at a time a module.</summary>
    Task<PrepareResult> PrepareAsync(string tenant, string sha256, CancellationToken cancellationToken);
}
