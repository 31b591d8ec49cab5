namespace Platform.Runtime.Components;

/// <summary>An instantiation of a core module while the plan is made.</summary>
internal sealed record PlannedInstance(int Index, CoreModule Module, List<ImportArgument> Arguments, int Component);
