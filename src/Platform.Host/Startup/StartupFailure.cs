using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Platform.Data;
using Platform.Host.Settings;
using Platform.Worker;

namespace Platform.Host.Startup;

/// <summary>The reasons not to start that an operator can do something about.</summary>
internal static class StartupFailure
{
    /// <summary>The one line for stderr; null for what is a bug and keeps its stack trace.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        StartupException or StoreStartupException or WorkerConfigurationException or PlatformNotSupportedException => OneLine.Of(exception.Message),
        OptionsValidationException invalid => OneLine.Of(string.Join("; ", invalid.Failures)),
        AggregateException { InnerExceptions: [var only] } => Explain(only),
        _ => null,
    };

    /// <summary>What went wrong with listening, as a startup failure; the exception itself when it was something else.</summary>
    public static Exception OfListening(Exception exception, IReadOnlyList<ListenUrl> urls)
    {
        var named = urls.Where(url => exception.Message.Contains($":{url.Port}", StringComparison.Ordinal)).DefaultIfEmpty(urls[0]).First();
        var reason = exception switch
        {
            IOException { InnerException: AddressInUseException } => "the port is in use; stop the process that has it, or choose another with --urls",
            SocketException { SocketErrorCode: SocketError.AccessDenied } =>
                "not allowed to listen there; ports below 1024 need CAP_NET_BIND_SERVICE: choose another with --urls",
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
                "this machine doesn't have that address; choose one that it has, or http://0.0.0.0:PORT for all",
            _ => null,
        };
        return reason is null ? exception : new StartupException($"--urls {named}: {reason}");
    }
}
