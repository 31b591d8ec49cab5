namespace Platform.Contracts.Versions;

/// <summary>An HTTP route of a version.</summary>
/// <param name="Pattern">Spin's grammar: exact, <c>:name</c> segments, trailing <c>/...</c>.</param>
/// <param name="Component">The component's id; empty for a static response.</param>
/// <param name="Executor">How the component is called.</param>
/// <param name="StaticResponse">What is answered instead of calling a component; null for a component's route.</param>
public sealed record RouteDocument(
    string Pattern, string Component, RouteExecutor Executor = RouteExecutor.Default, StaticResponseDocument? StaticResponse = null);
