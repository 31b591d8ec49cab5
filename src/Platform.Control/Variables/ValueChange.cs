namespace Platform.Control.Variables;

/// <summary>What became of a change of a value.</summary>
/// <param name="Outcome">Whether it was made.</param>
/// <param name="Revision">The value's revision from now on, when it was.</param>
internal readonly record struct ValueChange(ValueOutcome Outcome, long Revision = 0);
