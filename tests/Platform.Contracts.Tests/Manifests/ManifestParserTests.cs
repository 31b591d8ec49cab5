using Platform.Contracts.Manifests;
using Platform.Contracts.Versions;

namespace Platform.Contracts.Tests.Manifests;

/// <summary>What of Spin's manifest version 2 is taken.</summary>
public sealed class ManifestParserTests
{
    [Fact]
    public void Parse_AllThatIsSupported_IsRead()
    {
        var result = ManifestParser.Parse(
            """
            spin_manifest_version = 2

            [application]
            name = "shop"
            version = "1.2.3"
            description = "A shop"
            authors = ["Ada <ada@example.com>"]
            targets = ["spin-up:3.3"]
            [application.trigger.http]
            base = "/"
            [application.tool.platform]
            receipts = true
            [application.tool.other]
            anything = [1, 2.5, 1979-05-27]

            [variables]

            [[trigger.http]]
            id = "cart"
            route = "/cart/:id/..."
            component = "cart"
            executor = { type = "http" }

            [[trigger.http]]
            route = "/legacy"
            component = { source = "./bin//legacy.wasm" }
            executor = { type = "wagi", argv = "${SCRIPT_NAME} ${ARGS}", entrypoint = "_start" }

            [component.cart]
            description = "The cart"
            source = "target/cart.wasm"
            environment = { Z = "last", A = "first" }
            files = ["assets/**/*.css", { source = "static", destination = "/" }, { source = "./docs/", destination = "/help/" }]
            exclude_files = ["assets/secret/*"]
            allowed_outbound_hosts = ["https://api.example.com", "https://*.example.com:8443", "*://localhost:*", "redis://10.0.0.0/8:6379", "http://[::1]:80", "https://*"]
            key_value_stores = []
            build = { command = "make", watch = ["src/**"] }
            [component.cart.tool.platform]
            fuel = 5_000_000
            memory-bytes = 1_048_576
            wall-ms = 250
            request-body-bytes = 1
            outbound-requests = 2
            log-bytes = 0x400
            [component.cart.tool.other]
            fuel = "much"
            """);

        Assert.Empty(result.Errors);
        Assert.True(result.IsValid);
        var manifest = result.Manifest;
        Assert.Equal(("shop", "1.2.3", "A shop", true), (manifest.Name, manifest.Version, manifest.Description, manifest.Receipts));
        Assert.Equal(["Ada <ada@example.com>"], manifest.Authors);
        Assert.Equal([new RouteDocument("/cart/:id/...", "cart"), new RouteDocument("/legacy", "inline-2", RouteExecutor.Wagi)], manifest.Routes);
        Assert.Equal(["cart", "inline-2"], manifest.Components.Select(component => component.Id));
        Assert.Equal("bin/legacy.wasm", manifest.Components[1].Source);
        var cart = manifest.Components[0];
        Assert.Equal(["A", "Z"], cart.Environment.Keys);
        Assert.Equal(
            [new ManifestMount("assets/**/*.css", null), new ManifestMount("static", "/"), new ManifestMount("docs", "/help")],
            cart.Files);
        Assert.Equal(["assets/secret/*"], cart.ExcludeFiles);
        Assert.Equal(6, cart.AllowedOutboundHosts.Count);
        Assert.Equal(new LimitsDocument(5_000_000, 1_048_576, 250, 1, 2, 1024), cart.Limits);
        Assert.Equal(new LimitsDocument(), manifest.Components[1].Limits);
    }

    [Fact]
    public void Parse_OneComponentManyRoutes_KeepsTheirOrder()
    {
        var result = ManifestParser.Parse(
            """
            spin_manifest_version = 2
            application = { name = "a" }
            trigger.http = [{ route = "/b", component = "x" }, { route = "/a", component = "x" }]
            component.x.source = "x.wasm"
            """);
        Assert.Empty(result.Errors);
        Assert.Equal(["/b", "/a"], result.Manifest!.Routes.Select(route => route.Pattern));
    }

    [Theory]
    [InlineData("spin_manifest_version = 1", 1, 25, "'spin_manifest_version' must be 2.")]
    [InlineData("spin_manifest_version = \"2\"", 1, 25, "must be 2")]
    [InlineData("spin_version = \"1\"", 1, 1, "'spin_manifest_version' is missing")]
    [InlineData("", 1, 1, "'spin_manifest_version' is missing")]
    [InlineData("spin_manifest_version = 2", 1, 1, "'application' is missing")]
    [InlineData("spin_manifest_version = 2\napplication = 3", 2, 15, "'application' must be a table, and here is a whole number")]
    [InlineData("spin_manifest_version = 2\n[application]\nname = 'a'", 1, 1, "'trigger.http' is missing")]
    [InlineData("spin_manifest_version = 2\n[application", 2, 13, "Not valid TOML")]
    [InlineData("spin_manifest_version = 2\nspin_manifest_version = 2", 2, 1, "Not valid TOML")]
    public void Parse_NotAManifest_PointsAtIt(string toml, int line, int column, string message) => ExpectError(toml, line, column, message);

    [Theory]
    [InlineData("name = 'a'\nnaem = 'b'", 4, 1, "'application.naem' is not a key of the manifest. Known here: name, version")]
    [InlineData("version = '1'", 2, 2, "'application.name' is missing")]
    [InlineData("name = 'a'\nauthors = ['x', 3]", 4, 17, "'application.authors' must be a list of strings, and here is a whole number")]
    [InlineData("name = 'a'\nauthors = 'x'", 4, 11, "'application.authors' must be a list, and here is a string")]
    [InlineData("name = 'a'\n[application.tool.platform]\nreceipts = 'yes'", 5, 12, "'application.tool.platform.receipts' must be true or false")]
    [InlineData("name = 'a'\n[application.tool.platform]\nreceipt = true", 5, 1, "'application.tool.platform.receipt' is not a key")]
    [InlineData("name = 'a'\n[application.trigger.redis]\naddress = 'http://x'", 5, 11, "'application.trigger.redis.address' must be the URL of a Redis")]
    [InlineData("name = 'a'\n[application.trigger.redis]\naddress = 1", 5, 11, "'application.trigger.redis.address' must be a string")]
    [InlineData("name = 'a'\n[application.trigger.redis]\nport = 1", 5, 1, "'application.trigger.redis.port' is not a key")]
    [InlineData("name = 'a'\n[application.trigger.sqs]\nx = 1", 4, 22, "'application.trigger.sqs' is not a key of the manifest. Known here: http, redis.")]
    [InlineData("name = 'a'\n[application.trigger.http]\nbase = '/x'", 5, 8, "'application.trigger.http.base' must be \"/\"")]
    public void Parse_WrongApplication_PointsAtIt(string lines, int line, int column, string message) =>
        ExpectError($"spin_manifest_version = 2\n[application]\n{lines}\n[[trigger.http]]\nroute = '/...'\ncomponent = 'c'\n[component.c]\nsource = 'c.wasm'", line, column, message);

    [Theory]
    [InlineData("route = '/'", 4, 11, "'trigger.http.component' is missing")]
    [InlineData("component = 'c'", 4, 11, "'trigger.http.route' is missing")]
    [InlineData("route = '/'\ncomponent = 'd'", 6, 13, "There is no [component.d] for this trigger.")]
    [InlineData("route = '/'\ncomponent = 1", 6, 13, "'trigger.http.component' must be a component's name, or its table")]
    [InlineData("route = { private = false }\ncomponent = 'c'", 5, 21, "'trigger.http.route.private' must be true")]
    [InlineData("route = {}\ncomponent = 'c'", 5, 9, "'trigger.http.route.private' is missing")]
    [InlineData("route = { private = true, path = '/' }\ncomponent = 'c'", 5, 27, "'trigger.http.route.path' is not a key")]
    [InlineData("route = { private = true }", 4, 11, "'trigger.http.component' is missing")]
    [InlineData("route = '/*'\ncomponent = 'c'", 5, 9, "The route \"/*\" is refused: '*' is no wildcard")]
    [InlineData("route = '/a/.../b'\ncomponent = 'c'", 5, 9, "'...' can only be a route's last segment")]
    [InlineData("route = '/'\ncomponent = 'c'\nexecutor = { type = 'spin' }", 7, 21, "The executor \"spin\" is refused")]
    [InlineData("route = '/'\ncomponent = 'c'\nexecutor = { type = 'fcgi' }", 7, 21, "The executor \"fcgi\" is not known")]
    [InlineData("route = '/'\ncomponent = 'c'\nexecutor = {}", 7, 1, "'trigger.http.executor.type' is missing")]
    [InlineData("route = '/'\ncomponent = 'c'\nexecutor = { type = 'http', argv = 'x' }", 7, 29, "'trigger.http.executor.argv' is not a key")]
    [InlineData("route = '/'\ncomponent = 'c'\nexecutor = { type = 'wagi', argv = 'x' }", 7, 36, "'trigger.http.executor.argv' is refused")]
    [InlineData("route = '/'\ncomponent = 'c'\nexecutor = { type = 'wagi', entrypoint = 'main' }", 7, 42, "'trigger.http.executor.entrypoint' is refused")]
    [InlineData("route = '/'\ncomponent = 'c'\nchannel = 'x'", 7, 1, "'trigger.http.channel' is not a key")]
    [InlineData("route = '/'\ncomponent = 'c'\nstatic_response = { status_code = 200 }", 6, 1, "either a component or a static_response")]
    [InlineData("route = '/'\nstatic_response = { status_code = 100 }", 6, 35, "is 100; it must be a status from 200 to 599")]
    [InlineData("route = '/'\nstatic_response = { status_code = '200' }", 6, 35, "a status from 200 to 599, and here is a string")]
    [InlineData("route = '/'\nstatic_response = { headers = { 'content-length' = '1' } }", 6, 52, "no header that an app can set")]
    [InlineData("route = '/'\nstatic_response = { headers = { 'Set-Cookie' = 'a=1; Domain=localhost' } }", 6, 48, "without Domain")]
    [InlineData("route = '/'\nstatic_response = { headers = { 'Platform-Receipt' = '1' } }", 6, 54, "no header that an app can set")]
    [InlineData("route = '/'\nstatic_response = { headers = { 'x y' = '1' } }", 6, 41, "no header that an app can set")]
    [InlineData("route = '/'\nstatic_response = { headers = { x = \"a\\r\\nb\" } }", 6, 37, "printable ASCII")]
    [InlineData("route = '/'\nstatic_response = { body = 1 }", 6, 28, "must be a string")]
    [InlineData("route = '/'\nstatic_response = { status = 1 }", 6, 21, "'trigger.http.static_response.status' is not a key")]
    [InlineData("route = '/'\nstatic_response = 'no'", 6, 19, "must be a table")]
    [InlineData("route = '/a/:x'\ncomponent = 'c'\n[[trigger.http]]\nroute = 'a/:y/'\ncomponent = 'c'", 8, 9, "The route \"a/:y/\" matches the same as \"/a/:x\" above")]
    [InlineData("route = '/'\ncomponent = 'c'\n[[trigger.sqs]]\nqueue = 'x'", 7, 11, "'trigger.sqs' is not a key of the manifest. Known here: http, redis.")]
    [InlineData("route = '/'\ncomponent = { sorce = 'c.wasm' }", 6, 15, "'trigger.http.component.sorce' is not a key")]
    public void Parse_WrongTrigger_PointsAtIt(string lines, int line, int column, string message) =>
        ExpectError($"spin_manifest_version = 2\n[application]\nname = 'a'\n[[trigger.http]]\n{lines}\n[component.c]\nsource = 'c.wasm'", line, column, message);

    [Theory]
    [InlineData("", 8, 12, "'component.c.source' is missing")]
    [InlineData("source = { url = 'https://x/c.wasm', digest = 'sha256:00' }", 9, 10, "modules are uploaded, not fetched")]
    [InlineData("source = { registry = 'x', package = 'a:b', version = '1' }", 9, 10, "upload the file as the part of that name")]
    [InlineData("source = '../c.wasm'", 9, 10, "must be a path within the manifest's directory")]
    [InlineData("source = '/c.wasm'", 9, 10, "must be a path within the manifest's directory")]
    [InlineData("source = 'c.wasm'\nsorce = 'd.wasm'", 10, 1, "'component.c.sorce' is not a key")]
    [InlineData("source = 'c.wasm'\nenvironment = { A = 1 }", 10, 21, "'component.c.environment.A' must be a string")]
    [InlineData("source = 'c.wasm'\nkey_value_stores = ['a b']", 10, 21, "a label is 1 to 64 letters")]
    [InlineData("source = 'c.wasm'\nvariables = { 'A-b' = 'b' }", 10, 23, "names of variables are words")]
    [InlineData("source = 'c.wasm'\nvariables = { a = 1 }", 10, 19, "'component.c.variables.a' must be a string")]
    [InlineData("source = 'c.wasm'\nvariables = { a = '{{ b' }", 10, 19, "its '{{' isn't closed by '}}'")]
    [InlineData("source = 'c.wasm'\n[variables]\nx = { default = 'y', required = 'no' }", 11, 33, "'variables.x.required' must be true or false")]
    [InlineData("source = 'c.wasm'\n[variables]\nx = {}", 11, 1, "The variable 'x' needs a default, or 'required = true'")]
    [InlineData("source = 'c.wasm'\nenvironment = { 'A=B' = '1' }", 10, 25, "names of environment variables hold no '='")]
    [InlineData("source = 'c.wasm'\nfiles = ['../x']", 10, 10, "\"../x\" must be a path or glob")]
    [InlineData("source = 'c.wasm'\nfiles = ['a/[']", 10, 10, "\"a/[\" must be a path or glob")]
    [InlineData("source = 'c.wasm'\nfiles = ['a**b']", 10, 10, "\"a**b\" must be a path or glob")]
    [InlineData("source = 'c.wasm'\nfiles = [1]", 10, 10, "'component.c.files' must be a list of globs")]
    [InlineData("source = 'c.wasm'\nfiles = [{ source = 'x' }]", 10, 10, "'component.c.files.destination' is missing")]
    [InlineData("source = 'c.wasm'\nfiles = [{ source = 'x', destination = 'y' }]", 10, 10, "'component.c.files.destination' must be an absolute path")]
    [InlineData("source = 'c.wasm'\nfiles = [{ source = 'x', destination = '/../y' }]", 10, 10, "'component.c.files.destination' must be an absolute path")]
    [InlineData("source = 'c.wasm'\nfiles = [{ source = '../x', destination = '/' }]", 10, 10, "'component.c.files.source' must be a path within")]
    [InlineData("source = 'c.wasm'\nallowed_http_hosts = ['x']", 10, 1, "write 'allowed_outbound_hosts")]
    [InlineData("source = 'c.wasm'\nallowed_outbound_hosts = ['example.com']", 10, 27, "must be scheme://host[:port]")]
    [InlineData("source = 'c.wasm'\nallowed_outbound_hosts = ['https://{{ host }}']", 10, 27, "names the variable 'host', which [variables] doesn't have")]
    [InlineData("source = 'c.wasm'\nallowed_outbound_hosts = ['https://user@example.com']", 10, 27, "must be scheme://host[:port]")]
    [InlineData("source = 'c.wasm'\nallowed_outbound_hosts = ['https://example.com/path']", 10, 27, "must be scheme://host[:port]")]
    [InlineData("source = 'c.wasm'\nai_models = ['llama2-chat']", 10, 1, "'component.c.ai_models' is refused")]
    [InlineData("source = 'c.wasm'\n[component.c.dependencies]\n'a:b/c' = '1'", 11, 11, "'component.c.dependencies.a:b/c' is refused: packages are uploaded, not fetched")]
    [InlineData("source = 'c.wasm'\n[component.c.dependencies]\n'a:b/c' = { version = '1' }", 11, 23, "'component.c.dependencies.a:b/c.version' is refused: packages are uploaded")]
    [InlineData("source = 'c.wasm'\n[component.c.dependencies]\n'a:b/c' = { url = 'https://example.com/d.wasm', digest = 'sha256:00' }", 11, 19, "'component.c.dependencies.a:b/c.url' is refused: packages are uploaded")]
    [InlineData("source = 'c.wasm'\n[component.c.dependencies]\n'a:b/c' = { }", 11, 1, "'component.c.dependencies.a:b/c.path' is missing")]
    [InlineData("source = 'c.wasm'\n[component.c.dependencies]\n'a:b/c' = { path = '../d.wasm' }", 11, 20, "must be a path within the manifest's directory")]
    [InlineData("source = 'c.wasm'\n[component.c.dependencies]\n'a:b/c' = { path = 'd.wasm', component = 'c' }", 11, 42, "exclude each other")]
    [InlineData("source = 'c.wasm'\n[component.c.dependencies]\n'a:b/c' = { component = 'none' }", 11, 1, "There is no [component.none] for the dependency")]
    [InlineData("source = 'c.wasm'\n[component.c.dependencies]\n'a:b' = { path = 'd.wasm', export = 'e' }", 11, 37, "can't stand for all interfaces of the package: name one, as \"a:b/interface\"")]
    [InlineData("source = 'c.wasm'\n[component.c.dependencies]\n'a:b/c' = { path = 'd.wasm', inherit_configuration = ['files', 'secrets'] }", 11, 64, "\"secrets\" can't be inherited. Known here: ai_models, allowed_outbound_hosts, environment")]
    [InlineData("source = 'c.wasm'\n[component.c.dependencies]\n'a:b/c' = { path = 'd.wasm', inherit_configuration = 'files' }", 11, 54, "must be true, false or a list of keys")]
    [InlineData("source = 'c.wasm'\n[component.c.dependencies]\n'a:b/c' = { path = 'd.wasm', exports = 'e' }", 11, 30, "'component.c.dependencies.a:b/c.exports' is not a key of the manifest")]
    [InlineData("source = 'c.wasm'\n[component.c.dependencies]\n'/c' = { path = 'd.wasm' }", 11, 8, "must be the name of imports")]
    [InlineData("source = 'c.wasm'\ndependencies_inherit_configuration = true\ndependencies = { 'a:b/c' = { path = 'd.wasm', inherit_configuration = false } }", 11, 71, "say it for each dependency, or for all")]
    [InlineData("source = 'c.wasm'\ndependencies_inherit_configuration = 'x'", 10, 38, "must be true or false")]
    [InlineData("source = 'c.wasm'\ndependencies = 'x'", 10, 16, "'component.c.dependencies' must be a table")]
    [InlineData("source = 'c.wasm'\n[component.c.tool.platform]\nfuel = 0", 11, 8, "'component.c.tool.platform.fuel' is 0; it must be a whole number from 1.")]
    [InlineData("source = 'c.wasm'\n[component.c.tool.platform]\nwall-ms = -5", 11, 11, "is -5; it must be a whole number from 1.")]
    [InlineData("source = 'c.wasm'\n[component.c.tool.platform]\nwall-ms = 1.5", 11, 11, "must be a whole number from 1, and here is a fraction")]
    [InlineData("source = 'c.wasm'\n[component.c.tool.platform]\nwall_ms = 5", 11, 1, "'component.c.tool.platform.wall_ms' is not a key of the manifest. Known here: fuel, memory-bytes, wall-ms")]
    [InlineData("source = 'c.wasm'\n[component.'b--c']\nsource = 'b.wasm'", 10, 12, "A component's name is words")]
    [InlineData("source = 'c.wasm'\n[triggers]", 10, 2, "'triggers' is not a key of the manifest")]
    public void Parse_WrongComponent_PointsAtIt(string lines, int line, int column, string message) =>
        ExpectError($"spin_manifest_version = 2\n[application]\nname = 'a'\n\n[[trigger.http]]\nroute = '/'\ncomponent = 'c'\n[component.c]\n{lines}", line, column, message);

    [Fact]
    public void Parse_ManyErrors_AreReportedTogetherInOrder()
    {
        var result = ManifestParser.Parse(
            "spin_manifest_version = 2\nzzz = 1\n[application]\n[[trigger.http]]\nroute = '/'\n[component.c]\nsorce = ''\nkey_value_stores = 'x'");
        Assert.Equal([(2, 1), (3, 2), (4, 11), (6, 12), (7, 1), (8, 20)], result.Errors.Select(error => (error.Line, error.Column)));
    }

    [Fact]
    public void Parse_ThousandsOfUnknownKeys_ReportsTwenty()
    {
        var keys = string.Join('\n', Enumerable.Range(0, 5000).Select(i => $"key{i} = {i}"));
        Assert.Equal(20, ManifestParser.Parse($"spin_manifest_version = 2\n{keys}\n[application]\nname = 'a'").Errors.Count);
    }

    [Theory]
    [InlineData("a = ")]
    [InlineData("[")]
    public void Parse_NestedThousandsDeep_IsRefused(string start)
    {
        var result = ManifestParser.Parse(start + new string('[', 50_000));
        Assert.False(result.IsValid);
        Assert.Contains("Not valid TOML", result.Errors[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[[a]]\n[a]")]
    [InlineData("a = [1]\n[[a]]")]
    [InlineData("a = [{}]\n[[a]]")]
    [InlineData("[a]\n[[a]]")]
    [InlineData("a = 1\n[a.b]")]
    [InlineData("a.b = 1\na.b.c = 2")]
    [InlineData("a = { b = 1, b = 2 }")]
    [InlineData("a = { b = 1, b.c = 2 }")]
    public void Parse_KeyDefinedTwice_IsRefusedWithItsPlace(string toml)
    {
        var result = ManifestParser.Parse("spin_manifest_version = 2\n" + toml);
        Assert.False(result.IsValid);
        Assert.All(result.Errors, error => Assert.True(error.Line > 1, error.ToString()));
    }

    [Fact]
    public void Parse_ARouteTooMany_IsRefused()
    {
        var triggers = string.Concat(Enumerable.Range(0, ManifestParser.MaxRoutes + 1).Select(i => $"[[trigger.http]]\nroute = '/r{i}'\ncomponent = 'c'\n"));
        ExpectError(
            $"spin_manifest_version = 2\n[application]\nname = 'a'\n[component.c]\nsource = 'c.wasm'\n{triggers}",
            6 + (3 * ManifestParser.MaxRoutes),
            11,
            "at most 1000 HTTP triggers");
    }

    [Fact]
    public void Parse_RedisTriggers_AreThereWithTheirAddresses()
    {
        var result = ManifestParser.Parse(
            """
            spin_manifest_version = 2
            [application]
            name = "a"
            [application.trigger.redis]
            address = "redis://{{ host }}:6380"
            [variables]
            host = { default = "redis.example.com" }
            [[trigger.redis]]
            id = "one"
            channel = "orders/{{ host }}"
            component = "c"
            [[trigger.redis]]
            channel = "orders"
            address = "rediss://user:secret@other.example.com/3"
            component = { source = "inline.wasm" }
            [component.c]
            source = "c.wasm"
            """);
        Assert.Empty(result.Errors);
        Assert.Equal(
            [
                new RedisTriggerDocument("orders/{{ host }}", "c", "redis://{{ host }}:6380"),
                new RedisTriggerDocument("orders", "inline-redis-2", "rediss://user:secret@other.example.com/3"),
            ],
            result.Manifest!.RedisTriggers);
        Assert.Empty(result.Manifest.Routes);
        Assert.Equal("inline.wasm", result.Manifest.Components[1].Source);
    }

    [Fact]
    public void Parse_RedisTriggerWithoutAnAddress_IsOnThePlatform()
    {
        var result = ManifestParser.Parse(
            "spin_manifest_version = 2\n[application]\nname = 'a'\n[[trigger.redis]]\nchannel = 'a.b_c:d-E9'\ncomponent = 'c'\n[component.c]\nsource = 'c.wasm'");
        Assert.Equal([new RedisTriggerDocument("a.b_c:d-E9", "c")], result.Manifest!.RedisTriggers);
    }

    [Theory]
    [InlineData("channel = 'x'", 4, 11, "'trigger.redis.component' is missing")]
    [InlineData("component = 'c'", 4, 11, "'trigger.redis.channel' is missing")]
    [InlineData("component = 'd'\nchannel = 'x'", 5, 13, "There is no [component.d] for this trigger.")]
    [InlineData("component = 'c'\nchannel = 1", 6, 11, "'trigger.redis.channel' must be a string")]
    [InlineData("component = 'c'\nchannel = ''", 6, 11, "\"\" can't be a channel of the platform: 1 to 128 letters")]
    [InlineData("component = 'c'\nchannel = 'a/b'", 6, 11, "\"a/b\" can't be a channel of the platform: 1 to 128 letters, digits, '.', '_', ':' and '-'. (With an 'address'")]
    [InlineData("component = 'c'\nchannel = ''\naddress = 'redis://x'", 6, 11, "'trigger.redis.channel' must have 1 to 256 characters")]
    [InlineData("component = 'c'\nchannel = '{{ no }}'", 6, 11, "names the variable 'no', which [variables] doesn't have")]
    [InlineData("component = 'c'\nchannel = 'x'\naddress = 'redis:6379'", 7, 11, "'trigger.redis.address' must be the URL of a Redis")]
    [InlineData("component = 'c'\nchannel = 'x'\naddress = ''", 7, 11, "'trigger.redis.address' must be the URL of a Redis")]
    [InlineData("component = 'c'\nchannel = 'x'\naddress = 'redis://{{ no }}'", 7, 11, "names the variable 'no'")]
    [InlineData("component = 'c'\nchannel = 'x'\nroute = '/'", 7, 1, "'trigger.redis.route' is not a key")]
    [InlineData("component = 'c'\nchannel = 'x'\n[[trigger.redis]]\ncomponent = 'c'\nchannel = 'x'", 9, 11, "The component 'c' has a trigger for \"x\" above")]
    public void Parse_WrongRedisTrigger_IsRefusedWhereItStands(string lines, int line, int column, string message) =>
        ExpectError($"spin_manifest_version = 2\n[application]\nname = 'a'\n[[trigger.redis]]\n{lines}\n[component.c]\nsource = 'c.wasm'", line, column, message);

    [Fact]
    public void Parse_ARedisTriggerTooMany_IsRefused()
    {
        var triggers = string.Concat(Enumerable.Range(0, ManifestParser.MaxRedisTriggers + 1).Select(i => $"[[trigger.redis]]\nchannel = 'c{i}'\ncomponent = 'c'\n"));
        ExpectError($"spin_manifest_version = 2\n[application]\nname = 'a'\n[component.c]\nsource = 'c.wasm'\n{triggers}", 6, 11, "'trigger.redis' has more than 64 entries.");
    }

    private static void ExpectError(string toml, int line, int column, string message)
    {
        var result = ManifestParser.Parse(toml);
        Assert.Null(result.Manifest);
        Assert.Contains(
            result.Errors,
            error => error.Line == line && error.Column == column && error.Message.Contains(message, StringComparison.Ordinal));
    }
}
