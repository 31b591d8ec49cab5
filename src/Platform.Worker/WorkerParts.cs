using Platform.Contracts.Apps;
using Platform.Contracts.Modules;

namespace Platform.Worker;

/// <summary>What others ask of a worker beside invocations.</summary>
/// <param name="Preparer">Compiles.</param>
/// <param name="Purger">Ends what is kept of an app.</param>
/// <param name="Artifacts">What it has compiled.</param>
/// <param name="Running">Requests that it runs.</param>
/// <param name="Capacity">Requests that it can run at once.</param>
public sealed record WorkerParts(IModulePreparer Preparer, IAppDataPurger Purger, IArtifactStore Artifacts, Func<int> Running, int Capacity);
