using System.Net;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;

namespace Platform.FunctionalTests.Observing;

/// <summary>Pages of kept requests, which are there a moment after the response.</summary>
internal static class RequestPages
{
    /// <summary>A request's page, once it has so many lines.</summary>
    public static async Task<JsonNode> GetAsync(Tenant tenant, string app, string id, int lines)
    {
        JsonNode? page = null;
        await Waiting.ForAsync(
            async () =>
            {
                using var response = await tenant.ApiAsync(HttpMethod.Get, app, "/requests/" + id);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    return false;
                }

                page = await PlatformServer.ExpectAsync(response, HttpStatusCode.OK);
                return page["log"]!.AsArray().Count >= lines;
            },
            () => page?.ToJsonString() ?? "not kept");
        return page!;
    }
}
