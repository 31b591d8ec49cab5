namespace Platform.Worker.AppCalls;

/// <summary>The request in whose name a component calls another one.</summary>
/// <param name="Tenant">The tenant's slug.</param>
/// <param name="App">The app's slug.</param>
/// <param name="Version">The version, which the called component is of, too.</param>
/// <param name="RequestId">The platform's request id.</param>
/// <param name="Depth">Calls that led to this request.</param>
internal readonly record struct AppCaller(string Tenant, string App, int Version, string RequestId, int Depth);
