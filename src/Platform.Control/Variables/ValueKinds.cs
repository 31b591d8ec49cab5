namespace Platform.Control.Variables;

/// <summary>The kinds of values that are set for an app, as stored.</summary>
internal static class ValueKinds
{
    public const string Variable = "variable";
    public const string Secret = "secret";
}
