using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Backups;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Observing;
using Platform.FunctionalTests.Starting;
using Platform.Testing;

namespace Platform.FunctionalTests.Secrets;

/// <summary>Attack B19: secrets planted in every input, of the API by its OpenAPI document, so that no operation that is added later can be forgotten, and of apps.</summary>
public sealed class PlantedSecretTests
{
    private const Seen Text = Seen.Answer | Seen.Api | Seen.Store;

    // What the key and the token are kept in, and what can't be read as a file.
    private static readonly string[] NotSearched = ["operator-token", "master.key", "socket"];

    [Fact]
    public async Task Secrets_PlantedInEveryInput_AreNowhereElse()
    {
        var plants = new Plants();
        using var directory = new TemporaryDirectory();
        using var dns = new DnsServer();
        await using var authority = await Authority.StartAsync();
        await using var collector = OtlpCollector.Start();
        var masterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        plants.Issued(masterKey, "the master key");
        var settings = new Dictionary<string, string>(collector.Settings)
        {
            ["Platform__Dns__Servers__0"] = dns.EndPoint.ToString(),
            ["Platform__Oidc__Authority"] = authority.Issuer.AbsoluteUri,
            ["Platform__Oidc__ClientId"] = Authority.ClientId,
            ["Platform__Oidc__ClientSecret"] = plants.Plant("the client's secret at the authority"),
            ["Platform__MasterKey"] = masterKey,
            ["Platform__Control__RequestsPerMinute"] = "1000000",
            ["Platform__Control__AnonymousRequestsPerMinute"] = "1000000",

            // The framework's own, chattier levels aren't to be had by a setting.
            ["Logging__LogLevel__Default"] = "Trace",
        };
        await using var platform = await PlatformServer.StartAsync(directory.Combine(".platform"), settings: settings);
        plants.Issued(platform.OperatorToken, "the first operator's token");
        var document = JsonNode.Parse(await platform.Http.GetStringAsync("/openapi/v1.json"))!.AsObject();
        var calls = new HostileCalls(platform, document, plants);

        await TellAsync(plants, platform, directory, dns, calls);
        await UseAppsAsync(plants, platform);
        await calls.ReadAllAsync("while all is there");
        SearchFiles(plants, platform.DataDirectory, "while all is there");
        await calls.CallAllAsync();
        await calls.GuessAsync();
        await UseAppsAsync(plants, platform);
        await CallBackAsync(plants, platform);
        await calls.ReadAllAsync("in the end");
        plants.Search(await platform.Http.GetByteArrayAsync("/metrics"), Seen.Telemetry, "/metrics");
        plants.Search(await platform.Http.GetByteArrayAsync("/openapi/v1.json"), Seen.Api, "the OpenAPI document");
        var backup = directory.Combine("backup");
        await HostCommand.RunAsync(settings, "backup", "--to", backup, "--data-dir", platform.DataDirectory);
        Assert.Equal(0, await platform.StopAsync());

        plants.Search(await InflatedAsync(backup), Seen.Store, "a backup");
        SearchFiles(plants, platform.DataDirectory, "in the end");
        plants.Search(Encoding.UTF8.GetBytes(platform.Process.Output + platform.Process.Errors), Seen.Console, "the console");

        // Nor do any of them fill the console: each was refused, and none is the operator's trouble.
        Assert.DoesNotContain("warn: ", platform.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fail: ", platform.Process.Output, StringComparison.Ordinal);
        Assert.Contains(collector.Received, batch => batch.Path == "/v1/traces" && batch.Body.AsSpan().IndexOf("Platform.Worker"u8) >= 0);
        foreach (var (path, body) in collector.Received)
        {
            plants.Search(body, Seen.Telemetry, $"what is exported to {path}");
        }

        Assert.True(plants.Count > 5_000, $"{plants.Count} were planted");
        Assert.True(calls.Statuses.GetValueOrDefault(401) > 200 && calls.Statuses.GetValueOrDefault(400) > 200 && calls.Statuses.Where(status => status.Key < 300).Sum(status => status.Value) > 200, string.Join(", ", calls.Statuses));
        Assert.DoesNotContain(calls.Statuses.Keys, status => status == 500);
        Assert.True(plants.Found.Count == 0, string.Join('\n', plants.Found));
    }

    /// <summary>What docs/api.md tells, with planted values; nothing is deleted.</summary>
    private static async Task TellAsync(Plants plants, PlatformServer platform, TemporaryDirectory directory, DnsServer dns, HostileCalls calls)
    {
        var docs = new DocsCommands(platform, directory.Path, new Dictionary<string, string>
        {
            ["s3cret"] = plants.Plant("an app's secret"),
            ["correct horse battery staple"] = plants.Plant("a password"),
            ["good morning"] = plants.Plant("a variable", Seen.Api | Seen.Answer),
            ["Fixes the greeting"] = plants.Plant("a version's message", Text),
            ["order 4711"] = plants.Plant("a message on a channel"),
            ["first-tenant"] = plants.Plant("an Idempotency-Key", Seen.Store),
        });
        await docs.BeginAsync();
        var succeeded = 0;
        foreach (var (operation, commands) in docs.All)
        {
            if (calls.Operations.Single(known => known.Id == operation).Method == "DELETE")
            {
                continue;
            }

            foreach (var call in await docs.RunAsync(commands))
            {
                var (head, body) = (await File.ReadAllTextAsync(Path.Combine(call, "head")), await File.ReadAllTextAsync(Path.Combine(call, "body")));
                var ok = head.Contains("HTTP/1.1 2", StringComparison.Ordinal) || head.Contains("HTTP/1.1 3", StringComparison.Ordinal);
                succeeded += ok ? 1 : 0;
                if (operation == "CreateDomain" && ok)
                {
                    var proof = JsonNode.Parse(body)!["proof"]!["dns"]!;
                    dns.Set(proof["name"]!.GetValue<string>(), proof["value"]!.GetValue<string>());
                }
            }

            foreach (var (name, value) in docs.State)
            {
                if (name is "TOKEN" or "DEVELOPER" or "INVITATION" or "RESET" or "REFRESH" or "SESSION")
                {
                    plants.Issued(value, $"${name} of {operation}");
                }
            }
        }

        foreach (var line in (await File.ReadAllLinesAsync(directory.Combine("key.pem"))).Where(line => !line.StartsWith('-')))
        {
            plants.Issued(line, "a certificate's key");
        }

        Assert.True(succeeded > 70, $"{succeeded} calls succeeded");
    }

    /// <summary>Requests of apps, of those that fail too, and of what is none.</summary>
    private static async Task UseAppsAsync(Plants plants, PlatformServer platform)
    {
        var token = platform.OperatorToken;
        using var form = new MultipartFormDataContent { { new ByteArrayContent(await File.ReadAllBytesAsync(Repository.Guest("c-faults"))), "module", "x" } };
        using var deployed = await platform.SendAsync(HttpMethod.Post, "/v1/tenants/acme/apps/faults/deploy", token, form);
        foreach (var host in (string[])["hello--acme.localhost", "faults--acme.localhost", "nobody--acme.localhost", "shop.example.com", "localhost"])
        {
            foreach (var path in (string[])["/", "/trap", "/spin", "/healthz", "/metrics", "/docs", "/join", "/v1/sessions/authority"])
            {
                var place = $"a request of {host}{path}";

                // Of a request that is kept its app's people see the path; never the query, a header or the body.
                var shown = host is "hello--acme.localhost" or "faults--acme.localhost" ? Text : Seen.Nowhere;
                var target = path == "/spin" ? "/" + plants.Plant($"{place}: the path", shown) : path;
                using var request = new HttpRequestMessage(HttpMethod.Post, $"{target}?key={plants.Plant($"{place}: the query")}")
                {
                    Content = new StringContent(plants.Plant($"{place}: the body")),
                };
                foreach (var name in (string[])["User-Agent", "X-Api-Key", "X-Forwarded-For", "X-Forwarded-Proto", "Referer", "Platform-Secret", "Spin-Full-Url", "Origin"])
                {
                    request.Headers.TryAddWithoutValidation(name, plants.Plant($"{place}: {name}"));
                }

                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {plants.Plant($"{place}: Authorization")}");
                request.Headers.TryAddWithoutValidation("Cookie", $"platform-version={plants.Plant($"{place}: the platform's cookie")}; own={plants.Plant($"{place}: a cookie")}");
                using var response = await platform.SendToAppAsync(request, host);
                plants.Search(await response.Content.ReadAsByteArrayAsync(), Seen.Answer, $"the answer to {place}");
            }
        }

        await using var raw = await RawConnection.OpenAsync(platform.Url);
        await raw.SendAsync($"{plants.Plant("a method").ToUpperInvariant()} / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await raw.ReadUntilAsync("HTTP/1.1 4");
        await using var wrong = await RawConnection.OpenAsync(platform.Url);
        await wrong.SendAsync($"GET / HTTP/1.1\r\nHost: {plants.Plant("a wrong Host")}@:x\r\n{plants.Plant("a line that is no header")}\r\n\r\n");
        await wrong.ReadUntilAsync("HTTP/1.1 400");
    }

    /// <summary>The authority's callback with a code and a state that are none.</summary>
    private static async Task CallBackAsync(Plants plants, PlatformServer platform)
    {
        foreach (var query in (string[])["code", "state", "error", "error_description"])
        {
            using var response = await platform.SendAsync(
                HttpMethod.Get, $"/v1/sessions/authority/callback?{query}={plants.Plant($"the callback's {query}")}&state={plants.Plant("the callback's state")}", null);
            Assert.True((int)response.StatusCode is >= 300 and < 500, $"{query}: {(int)response.StatusCode}");
            plants.Search(Encoding.UTF8.GetBytes($"{response.Headers}{await response.Content.ReadAsStringAsync()}"), Seen.Answer, $"the answer to a callback with {query}");
        }
    }

    private static void SearchFiles(Plants plants, string dataDirectory, string when)
    {
        foreach (var file in Directory.EnumerateFiles(dataDirectory, "*", SearchOption.AllDirectories).Where(file => !NotSearched.Contains(Path.GetFileName(file))))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            stream.CopyTo(content);
            plants.Search(content.GetBuffer().AsSpan(0, (int)content.Length), Seen.Store, $"{Path.GetRelativePath(dataDirectory, file)} {when}");
        }
    }

    private static async Task<byte[]> InflatedAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        await using var gzip = new GZipStream(stream, CompressionMode.Decompress);
        using var content = new MemoryStream();
        await gzip.CopyToAsync(content);
        return content.ToArray();
    }
}
