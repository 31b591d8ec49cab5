namespace Platform.Contracts.Versions;

/// <summary>An HTTP route of a version.</summary>
/// <param name="Pattern">Spin's grammar: exact, <c>:name</c> segments, trailing <c>/...</c>.</param>
/// <param name="Component">The component's id.</param>
/// <param name="Executor">How the component is called.</param>
public sealed record RouteDocument(string Pattern, string Component, RouteExecutor Executor = RouteExecutor.Default);
