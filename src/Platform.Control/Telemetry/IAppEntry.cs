using Platform.Control.Snapshots;

namespace Platform.Control.Telemetry;

/// <summary>Something of an app's on its way to the store.</summary>
internal interface IAppEntry
{
    /// <summary>Whose it is.</summary>
    AppIds App { get; }

    /// <summary>Its bytes in the store.</summary>
    int Size { get; }
}
