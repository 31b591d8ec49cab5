using Platform.Contracts.Apps;
using Platform.Contracts.Modules;

namespace Platform.Cluster.Workers;

/// <summary>The worker of this process, as control planes call it.</summary>
/// <param name="Preparer">Compiles.</param>
/// <param name="Purger">Ends what is kept of an app.</param>
public sealed record LocalWorker(IModulePreparer Preparer, IAppDataPurger Purger);
