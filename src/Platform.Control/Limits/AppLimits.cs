using Platform.Contracts.Versions;

namespace Platform.Control.Limits;

/// <summary>Limits of an app with the app's revision.</summary>
internal sealed record AppLimits(LimitsDocument Limits, long Revision);
