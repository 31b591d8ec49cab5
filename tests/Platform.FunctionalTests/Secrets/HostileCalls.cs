using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Secrets;

/// <summary>Calls every operation of the OpenAPI document with something planted in each place that it reads, and in those that it doesn't.</summary>
internal sealed partial class HostileCalls(PlatformServer platform, JsonObject document, Plants plants)
{
    // A name: shown where names are.
    private const Seen Name = Seen.Answer | Seen.Api | Seen.Store;

    private static readonly string[] SecretMembers = ["password", "current", "token", "refreshToken", "key", "value"];

    /// <summary>Every operation's id, verb, path and description.</summary>
    public IReadOnlyList<(string Id, string Method, string Path, JsonObject Operation)> Operations { get; } =
        [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => (
            operation.Value!["operationId"]!.GetValue<string>(), operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject())))];

    /// <summary>Statuses that came, by how often.</summary>
    public Dictionary<int, int> Statuses { get; } = [];

    /// <summary>Looks at each answer too, but of HEAD, which has no body: what it is of, its status and its body.</summary>
    public Action<string, int, byte[]>? Answered { get; init; }

    /// <summary>Everything, with the operator's token: names in the path, the query, headers, and each kind of body.</summary>
    public async Task CallAllAsync()
    {
        foreach (var (id, method, path, operation) in Operations)
        {
            var parameters = operation["parameters"]?.AsArray().Select(one => (In: one!["in"]!.GetValue<string>(), Name: one["name"]!.GetValue<string>())).ToList() ?? [];
            await SendAsync(id, method, Fill(path, parameter => plants.Plant($"{id}: the path's {parameter}", Name)));
            await SendAsync(id, method, Fill(path, parameter => Uri.EscapeDataString($"{plants.Plant($"{id}: the path's wrong {parameter}", Seen.Answer)}\r\n'<script>")));
            if (method == "DELETE")
            {
                continue;
            }

            var known = Fill(path, Known);
            await SendAsync(id, method, $"{known}?access_token={plants.Plant($"{id}: an unknown query value")}&{plants.Plant($"{id}: an unknown query name")}=1");
            foreach (var (_, query) in parameters.Where(parameter => parameter.In == "query" && parameter.Name != "follow"))
            {
                // A message and a return address are texts; the others are numbers, times, cursors.
                await SendAsync(id, method, $"{known}?{query}={plants.Plant($"{id}: the query's {query}", query == "message" ? Name : Seen.Nowhere)}");
            }

            await SendAsync(id, method, known, headers: request => request.Headers.TryAddWithoutValidation("If-Match", $"\"{plants.Plant($"{id}: If-Match")}\""));
            await SendAsync(id, method, known, headers: request => request.Headers.TryAddWithoutValidation("Idempotency-Key", [plants.Plant($"{id}: a wrong Idempotency-Key"), "\u0001"]));
            foreach (var (what, body) in Bodies(id, operation))
            {
                await SendAsync(id, method, known, body, what);
            }
        }
    }

    /// <summary>Every operation with credentials that are none. Each from an address of its own: wrong ones make an address wait.</summary>
    public async Task GuessAsync()
    {
        for (var i = 0; i < Operations.Count; i++)
        {
            var (id, method, path, _) = Operations[i];
            using var client = From(IPAddress.Parse($"127.0.1.{i + 1}"));
            foreach (var (what, credential) in Credentials())
            {
                using var request = Request(id, method, Fill(path, Known));
                request.Headers.TryAddWithoutValidation(what, credential(plants.Plant($"{id}: {what}")));
                await SendAsync(client, request, id);
            }
        }
    }

    /// <summary>What the API shows of all that is there.</summary>
    public async Task ReadAllAsync(string when)
    {
        foreach (var (id, method, path, _) in Operations.Where(operation => operation.Method == "GET"))
        {
            foreach (var number in path.Contains("{version}", StringComparison.Ordinal) || path.Contains("{id}", StringComparison.Ordinal) ? (string[])["1", "2", "3", "4"] : ["1"])
            {
                var formats = id.StartsWith("Export", StringComparison.Ordinal) ? (string[])["?format=csv", "?format=json"] : id.StartsWith("List", StringComparison.Ordinal) || id == "GetLogs" ? ["?limit=200"] : [""];
                foreach (var query in formats)
                {
                    using var response = await platform.SendAsync(HttpMethod.Get, Fill(path, parameter => parameter is "version" or "id" ? number : Known(parameter)) + query, platform.OperatorToken);
                    plants.Search(await response.Content.ReadAsByteArrayAsync(), Seen.Api, $"what {id} shows {when}");
                    plants.Search(Encoding.UTF8.GetBytes(response.Headers.ToString()), Seen.Api, $"the headers of {id} {when}");
                }
            }
        }
    }

    private static string Fill(string path, Func<string, string> value) => Parameter().Replace(path, match => value(match.Groups["name"].Value));

    // Of the story that docs/api.md tells.
    private static string Known(string parameter) => parameter switch
    {
        "tenant" => "acme",
        "app" => "hello",
        "hex" => new string('0', 64),
        "id" or "version" => "1",
        "domain" => "shop.example.com",
        "channel" => "orders",
        _ => "api_key",
    };

    private static Dictionary<string, Func<string, string>> Credentials() => new()
    {
        ["Authorization"] = planted => $"Bearer {planted}",
        ["authorization"] = planted => $"Bearer plat_{planted}",
        ["AUTHORIZATION"] = planted => "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"user:{planted}")),
        ["authOrization"] = planted => $"Bearer eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ.{Base64Url($$"""{"sub":"{{planted}}"}""")}.{Base64Url(planted)}",
        ["Cookie"] = planted => $"platform-session={planted}; __Host-platform-session={planted}",
    };

    private static string Base64Url(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static HttpClient From(IPAddress address) => new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    /// <summary>Bodies of an operation, right ones with something planted and wrong ones.</summary>
    private IEnumerable<(string What, HttpContent Content)> Bodies(string id, JsonObject operation)
    {
        var content = operation["requestBody"]?["content"]?.AsObject();
        yield return ("text where JSON is expected", new StringContent(plants.Plant($"{id}: a body of another type"), Encoding.UTF8, "text/plain"));
        yield return ("a content type", Typed("{}", $"application/{plants.Plant($"{id}: a content type")}"));
        yield return ("JSON cut short", Json($$"""{"value":"{{plants.Plant($"{id}: JSON cut short")}}"""));
        yield return ("a string for JSON", Json($"\"{plants.Plant($"{id}: a string for JSON")}\""));
        yield return ("no JSON", Json(plants.Plant($"{id}: no JSON")));
        yield return ("a form of parts", Form(id));
        yield return ("a form", new FormUrlEncodedContent([new("invitation", plants.Plant($"{id}: the form's invitation")), new(plants.Plant($"{id}: a form's field"), "1")]));
        if (content?.FirstOrDefault(media => media.Key.EndsWith("json", StringComparison.Ordinal)).Value?["example"] is not JsonObject example)
        {
            yield break;
        }

        var unknown = example.DeepClone().AsObject();
        unknown[plants.Plant($"{id}: an unknown member", Seen.Answer)] = plants.Plant($"{id}: an unknown member's value");
        yield return ("an unknown member", Json(unknown.ToJsonString()));
        foreach (var (name, value) in example)
        {
            var changed = example.DeepClone().AsObject();
            var may = SecretMembers.Contains(name) && !(id == "SetVariable" && name == "value") ? Seen.Nowhere : Name;

            // A variable is for all who may read the app, but encrypted in the store.
            changed[name] = plants.Plant($"{id}: the member {name}", id == "SetVariable" ? Seen.Api : may);
            yield return ($"the member {name}", Json(changed.ToJsonString()));
            changed[name] = new JsonObject { ["of"] = new JsonArray(plants.Plant($"{id}: inside of the member {name}", Seen.Nowhere)) };
            yield return ($"inside of the member {name}", Json(changed.ToJsonString()));
        }
    }

    private MultipartFormDataContent Form(string id)
    {
        var form = new MultipartFormDataContent();
        var manifest = $$"""
            spin_manifest_version = 2
            [application]
            name = "{{plants.Plant($"{id}: the manifest's name", Name)}}"
            description = "{{plants.Plant($"{id}: the manifest's description", Name)}}"
            [variables]
            one = { default = "{{plants.Plant($"{id}: a default of the manifest", Name)}}" }
            {{plants.Plant($"{id}: a key of the manifest", Name)}} = "{{plants.Plant($"{id}: a value of the manifest")}}"
            """;
        form.Add(new StringContent(manifest), "manifest", plants.Plant($"{id}: a file's name"));

        // A file of the tenant's, which is kept until the collector finds that no version has it.
        form.Add(new StringContent(plants.Plant($"{id}: a part", Seen.Store)), plants.Plant($"{id}: a part's name", Name), "x");
        form.Add(new StringContent(plants.Plant($"{id}: the message", Name)), "message");
        return form;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static ByteArrayContent Typed(string text, string type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    private HttpRequestMessage Request(string id, string method, string target)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(platform.Url, target));
        request.Headers.TryAddWithoutValidation("User-Agent", plants.Plant($"{id}: User-Agent"));
        request.Headers.TryAddWithoutValidation("Referer", $"http://x/?{plants.Plant($"{id}: Referer")}");
        request.Headers.TryAddWithoutValidation("X-Api-Key", plants.Plant($"{id}: an unknown header"));
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", plants.Plant($"{id}: X-Forwarded-For"));
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", plants.Plant($"{id}: X-Forwarded-Host"));
        request.Headers.TryAddWithoutValidation("Baggage", $"user={plants.Plant($"{id}: Baggage")}");
        request.Headers.TryAddWithoutValidation("Traceparent", $"00-{Guid.NewGuid():N}-{Guid.NewGuid().ToString("N")[..16]}-01");
        request.Headers.TryAddWithoutValidation("Tracestate", $"one={plants.Plant($"{id}: Tracestate")}");
        return request;
    }

    private async Task SendAsync(string id, string method, string target, HttpContent? content = null, string? what = null, Action<HttpRequestMessage>? headers = null)
    {
        using var request = Request(id, method, target);
        request.Content = content ?? (method is "POST" or "PUT" or "PATCH" ? Json("{}") : null);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", platform.OperatorToken);
        request.Headers.TryAddWithoutValidation("Cookie", $"platform-antiforgery={plants.Plant($"{id}: a cookie")}");
        headers?.Invoke(request);
        if (headers is null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", plants.Plant($"{id}: Idempotency-Key", Seen.Store));
        }

        await SendAsync(platform.Http, request, what is null ? id : $"{id} with {what}");
    }

    private async Task SendAsync(HttpClient client, HttpRequestMessage request, string what)
    {
        using var response = await client.SendAsync(request);
        var status = (int)response.StatusCode;
        Statuses[status] = Statuses.GetValueOrDefault(status) + 1;
        var body = await response.Content.ReadAsByteArrayAsync();
        if (request.Method != HttpMethod.Head)
        {
            Answered?.Invoke(what, status, body);
        }

        plants.Search(body, Seen.Answer, $"the answer {status} to {what}", issued: status >= 300);
        plants.Search(Encoding.UTF8.GetBytes($"{response.Headers}{response.Content.Headers}"), Seen.Answer, $"the headers of the answer {status} to {what}");
        if (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == "application/json")
        {
            foreach (var (name, value) in JsonNode.Parse(body) as JsonObject ?? [])
            {
                if (name is "token" or "accessToken" or "refreshToken" && value is JsonValue secret)
                {
                    plants.Issued(secret.GetValue<string>(), $"the {name} that {what} gave");
                }
            }
        }
    }

    [GeneratedRegex(@"\{(?<name>[^}]+)\}")]
    private static partial Regex Parameter();
}
