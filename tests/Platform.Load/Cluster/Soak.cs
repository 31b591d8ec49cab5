using System.Globalization;

namespace Platform.Load.Cluster;

/// <summary>Idempotent requests to apps at a constant rate, and with <c>api</c> also what people ask of the API, while somebody else does harm to the cluster: until the time is over, or a file appears.</summary>
internal static class Soak
{
    /// <summary>APPS RATE SECONDS UNTIL LEAST [api]: fails when less than LEAST percent of the requests go well.</summary>
    public static async Task<int> RunAsync(ClusterCommand cluster, string[] args)
    {
        var (apps, rate, seconds) = (int.Parse(args[0], null), int.Parse(args[1], null), int.Parse(args[2], null));
        var (until, least) = (args[3], double.Parse(args[4], CultureInfo.InvariantCulture));
        var withApi = args is [.., "api"];
        var tenant = await cluster.CreateTenantAsync($"soak-{Environment.ProcessId}", apps);
        var (requests, api) = (new Tally(), new Tally());
        using var loop = new OpenLoop();
        var next = 0;
        var end = TimeSpan.FromSeconds(seconds);
        await loop.RunAsync(
            () =>
            {
                var turn = next++;
                var app = tenant.Apps[turn % tenant.Apps.Count];
                if (withApi && turn % 20 == 0)
                {
                    return turn % 100 == 0
                        ? ("deploy", () => api.CountAsync(() => cluster.Gateways.SendAsync(() => Deploy(cluster, tenant, app, turn))))
                        : ("list apps", () => api.CountAsync(() => cluster.Gateways.SendAsync(() => Api(HttpMethod.Get, $"{tenant.Path}/apps", tenant.Token))));
                }

                return ("app", () => requests.CountAsync(() => cluster.Gateways.SendAsync(() => Gateways.ToApp(ClusterCommand.HostOf(tenant, app))), ClusterCommand.Hello));
            },
            rate,
            end,
            () => until.Length > 0 && File.Exists(until));
        loop.Print(Console.Out);
        requests.Print(Console.Out);
        if (withApi)
        {
            Console.Write("API: ");
            api.Print(Console.Out);
        }

        return requests.Availability >= least && (!withApi || api.Availability >= least) ? 0 : 1;
    }

    private static HttpRequestMessage Api(HttpMethod method, string path, string token)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new("Bearer", token);
        return request;
    }

    // A key a deploy, so that one that is sent again after its control plane was lost has its effect once.
    private static HttpRequestMessage Deploy(ClusterCommand cluster, LoadedTenant tenant, LoadedApp app, int turn)
    {
        var request = Api(HttpMethod.Post, $"{app.Path}/deploy", tenant.Token);
        request.Headers.Add("Idempotency-Key", $"deploy-{turn}");
        request.Content = new MultipartFormDataContent { { new ByteArrayContent(cluster.Control.Module), "module", "app.wasm" } };
        return request;
    }
}
