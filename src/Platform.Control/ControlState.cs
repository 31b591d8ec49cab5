namespace Platform.Control;

/// <summary>What starting the control plane found.</summary>
public sealed class ControlState
{
    /// <summary>The store had no schema before this start. Known once hosted services have started.</summary>
    public bool IsNewStore { get; internal set; }
}
