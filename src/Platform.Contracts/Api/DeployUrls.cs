namespace Platform.Contracts.Api;

/// <summary>Where a deployed version answers.</summary>
/// <param name="App">The app's address, now served by this version.</param>
/// <param name="Version">This version's own address, which later deploys don't change.</param>
public sealed record DeployUrls(string App, string Version);
