using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Platform.Cluster.Security;

/// <summary>Marks connections of the internal listener: what they bring goes to the internal pipeline and nowhere else, what others bring never.</summary>
public sealed class InternalConnection
{
    private static readonly InternalConnection Mark = new();

    private InternalConnection()
    {
    }

    /// <summary>Makes a listener internal.</summary>
    public static void Use(ListenOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Protocols = HttpProtocols.Http2;
        options.Use(next => connection =>
        {
            connection.Features.Set(Mark);
            return next(connection);
        });
    }

    /// <summary>Whether a request came by one.</summary>
    public static bool Is(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<InternalConnection>() is not null;
    }
}
