using Platform.Contracts.Apps;
using Platform.Contracts.Modules;

namespace Platform.Worker;

/// <summary>What others ask of a worker beside invocations.</summary>
public abstract class WorkerParts
{
    /// <summary>Compiles.</summary>
    public abstract IModulePreparer Preparer { get; }

    /// <summary>Ends what is kept of an app.</summary>
    public abstract IAppDataPurger Purger { get; }

    /// <summary>Requests that it runs.</summary>
    public abstract int Running { get; }

    /// <summary>Requests that it can run at once.</summary>
    public abstract int Capacity { get; }
}
