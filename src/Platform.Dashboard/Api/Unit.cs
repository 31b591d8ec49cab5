namespace Platform.Dashboard.Api;

/// <summary>The value of an answer without a body.</summary>
public sealed class Unit;
