using Microsoft.Extensions.Logging;
using Platform.Contracts.Modules;
using Platform.Runtime;
using Platform.Worker.Quarantining;

namespace Platform.Worker.Artifacts;

/// <summary>Prepares by loading into the cache, so that the first request finds it there.</summary>
internal sealed partial class ModulePreparer(ModuleCache modules, CrashRecord crashes, ILogger<ModulePreparer> logger) : IModulePreparer
{
    public async Task<PrepareResult> PrepareAsync(string tenant, string sha256, CancellationToken cancellationToken)
    {
        if (crashes.IsQuarantined(sha256))
        {
            return new PrepareResult(PrepareStatus.Refused, [], "this module ended the worker that ran it several times and isn't run any more; deploy another build of it, or ask the operator");
        }

        try
        {
            var module = await modules.LeaseAsync(sha256, cancellationToken);
            try
            {
                return new PrepareResult(PrepareStatus.Ready, NamesOf(module.Module.Kinds), null);
            }
            finally
            {
                module.Release();
            }
        }
        catch (HandlerRefusedException refused)
        {
            LogRefused(logger, tenant, sha256, refused.Refusal, refused.Message);
            return new PrepareResult(PrepareStatus.Refused, [], refused.Message);
        }
        catch (ModuleUnavailableException unavailable)
        {
            LogUnavailable(logger, tenant, sha256, unavailable.Message);
            return new PrepareResult(PrepareStatus.Unavailable, [], unavailable.Message);
        }
    }

    private static IReadOnlyList<string> NamesOf(HandlerKinds kinds) =>
    [
        .. (kinds & HandlerKinds.HttpComponent) != 0 ? [HandlerKindNames.Http] : Array.Empty<string>(),
        .. (kinds & HandlerKinds.WagiCommand) != 0 ? [HandlerKindNames.Wagi] : Array.Empty<string>(),
        .. (kinds & HandlerKinds.RedisComponent) != 0 ? [HandlerKindNames.Redis] : Array.Empty<string>(),
    ];

    [LoggerMessage(3121, LogLevel.Information, "Module sha256:{Sha256} of tenant {Tenant} is refused as {Refusal}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string tenant, string sha256, HandlerRefusal refusal, string reason);

    [LoggerMessage(3122, LogLevel.Error, "Module sha256:{Sha256} of tenant {Tenant} can't be prepared: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string tenant, string sha256, string reason);
}
