using System.ComponentModel;

namespace Platform.Contracts.Api;

/// <summary>Sets a variable or secret of an app.</summary>
/// <param name="Value">At most 5 KiB in UTF-8.</param>
public sealed record SetValueRequest([property: Description("At most 5 KiB in UTF-8.")] string Value)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(SetValueRequest);
}
