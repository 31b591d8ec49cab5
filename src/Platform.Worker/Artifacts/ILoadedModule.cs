using Platform.Runtime;

namespace Platform.Worker.Artifacts;

/// <summary>A module that can run. Disposed only when no run of it is under way.</summary>
internal interface ILoadedModule : IDisposable
{
    /// <summary>The handlers that it has.</summary>
    HandlerKinds Kinds { get; }

    /// <summary>Bytes of compiled code mapped.</summary>
    long Bytes { get; }
}
