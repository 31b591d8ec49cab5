using Microsoft.Extensions.Logging;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;
using Platform.Runtime;

namespace Platform.Worker.Artifacts;

/// <summary>
/// Compiles at start what apps' live versions need and this engine hasn't compiled, so that after a change of the engine no request waits for the compiler: the most recently used first, one after the other, each
/// only when the compiler has a place that nothing else waits for.
/// </summary>
internal sealed partial class ArtifactWarmup(ISnapshotSource snapshots, ArtifactCache artifacts, ModuleCache modules, IModuleCompiler compiler, ILogger<ArtifactWarmup> logger)
{
    /// <summary>Compiles all of them once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var missing = LiveModules().Where(module => !artifacts.Has(module)).OrderByDescending(artifacts.LastUsed).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        LogBegun(missing.Count);
        foreach (var module in missing)
        {
            await compiler.WaitUntilIdleAsync(cancellationToken);
            try
            {
                (await modules.LeaseAsync(module, cancellationToken)).Release();
            }
            catch (Exception failure) when (failure is HandlerRefusedException or ModuleUnavailableException)
            {
                // Its first request tries again, and is told.
                LogFailed(module, failure.Message);
            }
        }

        LogEnded();
    }

    // Of every version that has a share of its app's requests.
    private HashSet<string> LiveModules() =>
        snapshots.Current.Apps.Values
            .SelectMany(static app => app.Traffic is { } traffic
                ? traffic.Shares.Select(share => app.Versions.GetValueOrDefault(share.Version))
                : [app.Live is { } live ? app.Versions.GetValueOrDefault(live) : null])
            .OfType<VersionDocument>()
            .SelectMany(static version => version.Components)
            .Select(static component => component.ModuleSha256)
            .ToHashSet(StringComparer.Ordinal);

    [LoggerMessage(3115, LogLevel.Information, "{Count} modules of live versions have no artifact of this engine; they are compiled in the background")]
    private partial void LogBegun(int count);

    [LoggerMessage(3116, LogLevel.Information, "The modules of live versions are compiled")]
    private partial void LogEnded();

    [LoggerMessage(3117, LogLevel.Warning, "Module sha256:{Sha256} of a live version could not be compiled ahead of its requests: {Reason}")]
    private partial void LogFailed(string sha256, string reason);
}
