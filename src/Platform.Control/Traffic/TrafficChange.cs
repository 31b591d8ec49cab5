namespace Platform.Control.Traffic;

/// <summary>What became of a change of traffic.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Row">The app's traffic now, when it was changed.</param>
internal sealed record TrafficChange(TrafficChangeStatus Status, TrafficRow? Row = null);
