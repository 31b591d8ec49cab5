using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;

namespace Platform.Worker.Invocation;

/// <summary>What a target names.</summary>
/// <param name="Component">The component.</param>
/// <param name="Version">Its version.</param>
/// <param name="App">The app.</param>
/// <param name="Tenant">The tenant.</param>
internal readonly record struct FoundComponent(ResolvedComponent Component, VersionDocument Version, AppSnapshot App, TenantSnapshot Tenant);
