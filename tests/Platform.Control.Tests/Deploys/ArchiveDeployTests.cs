using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Platform.Contracts.Snapshots;
using Platform.Control.Tests.Hosting;

namespace Platform.Control.Tests.Deploys;

/// <summary>Deploys whose files come in one part <c>archive</c>: what it gives, and what is refused (attack B8).</summary>
public class ArchiveDeployTests
{
    private const string Manifest = """
        spin_manifest_version = 2

        [application]
        name = "site"

        [[trigger.http]]
        route = "/..."
        component = "site"

        [component.site]
        source = "one.wasm"
        files = [{ source = "public", destination = "/" }]
        """;

    public enum Kind
    {
        TarGz,
        Zip,
    }

    [Theory]
    [InlineData(Kind.TarGz)]
    [InlineData(Kind.Zip)]
    public async Task Deploy_ArchiveWithTheManifest_IsTheWholeVersionAndTheRestOfItIsLeftOut(Kind kind)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var response = await DeployAsync(owner, Archive(
            kind, ("./", null), ("./spin.toml", Text(Manifest)), ("./one.wasm", Api.Wasm()), ("./public/", null), ("./public/a.txt", Text("a")), ("./public/deep/b.txt", []), ("README", Text("?"))));

        Assert.Equal(201, (int)response.StatusCode);
        var component = server.Snapshot.Apps[new AppKey("acme", "site")].Versions[1].Components.Single();
        Assert.Equal(Api.Hex(Api.Wasm()), component.ModuleSha256);
        Assert.Equal([("/a.txt", 1), ("/deep/b.txt", 0)], component.Files.Select(file => (file.Path, file.Size)));
    }

    [Theory]
    [InlineData(Kind.TarGz)]
    [InlineData(Kind.Zip)]
    public async Task Deploy_ArchiveBesideOtherParts_AddsToThem(Kind kind)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        using var form = Api.Form(Manifest, ("one.wasm", Api.Wasm()));
        form.Add(new ByteArrayContent(Archive(kind, ("spin.toml", Text("not this one")), ("public/a.txt", Text("a")))), "archive", "site");

        using var response = await owner.PostAsync("/v1/tenants/acme/apps/site/deploy", form);

        Assert.Equal(201, (int)response.StatusCode);
        Assert.Equal(["/a.txt"], server.Snapshot.Apps[new AppKey("acme", "site")].Versions[1].Components.Single().Files.Select(file => file.Path));
    }

    public static TheoryData<string, byte[], int, string> Refused => new()
    {
        { "nothing", [], 400, "is empty" },
        { "neither", Text("just text"), 400, "must be a tar.gz or a zip" },
        { "a tar that isn't compressed", Tar(("a", Text("a"))), 400, "must be a tar.gz or a zip" },
        { "no manifest", Archive(Kind.TarGz, ("a", Text("a"))), 400, "'manifest'" },
        { "half a tar.gz", Archive(Kind.TarGz, ("a", new byte[5000]))[..40], 400, "damaged" },
        { "gzip of no tar", Gzip(Text(new string('x', 2000))), 400, "damaged" },
        { "half a zip", Archive(Kind.Zip, ("a", Random(5000)))[..2000], 400, "damaged" },
        { "zip with wrong data", Damaged(), 400, "damaged" },
        { "a name twice", Archive(Kind.TarGz, ("a", Text("a")), ("./a", Text("b"))), 400, "'a' in the archive came twice" },
        { "a name twice in a zip", Archive(Kind.Zip, ("a", Text("a")), ("a", Text("b"))), 400, "'a' in the archive came twice" },
        { "a path that leaves", Archive(Kind.TarGz, ("a/../../b", Text("a"))), 400, "without '..'" },
        { "a path that leaves a zip", Archive(Kind.Zip, ("../b", Text("a"))), 400, "without '..'" },
        { "an absolute path", Archive(Kind.Zip, ("/etc/passwd", Text("a"))), 400, "relative" },
        { "a backslash", Archive(Kind.Zip, ("a\\..\\b", Text("a"))), 400, "relative" },
        { "a symbolic link", Link(TarEntryType.SymbolicLink), 400, "'a' in the archive is a link" },
        { "a hard link", Link(TarEntryType.HardLink), 400, "'a' in the archive is a link" },
        { "a pipe", Link(TarEntryType.Fifo), 400, "'a' in the archive is a link or a device" },
        { "a symbolic link in a zip", ZipLink(), 400, "'a' in the archive is a link" },
        { "a large file", Archive(Kind.TarGz, ("a", new byte[20_001])), 413, "too large" },
        { "a large file in a zip", Archive(Kind.Zip, ("a", new byte[20_001])), 413, "too large" },
        { "much", Archive(Kind.TarGz, [.. Enumerable.Range(0, 5).Select(i => ($"{i}", (byte[]?)new byte[20_000]))]), 413, "70000 bytes" },
        { "much in a zip", Archive(Kind.Zip, [.. Enumerable.Range(0, 5).Select(i => ($"{i}", (byte[]?)new byte[20_000]))]), 413, "70000 bytes" },
        { "much that is no file", Archive(Kind.TarGz, [.. Enumerable.Range(0, 200).Select(i => ($"{i}/", (byte[]?)null))]), 413, "70000 bytes" },
        { "a huge name", Gzip(HugeAttributes()), 413, "no file" },
        { "many files", Archive(Kind.TarGz, [.. Enumerable.Range(0, 21).Select(i => ($"{i}", (byte[]?)[]))]), 413, "at most 20 files" },
        { "many files in a zip", Archive(Kind.Zip, [.. Enumerable.Range(0, 21).Select(i => ($"{i}", (byte[]?)[]))]), 413, "at most 20 files" },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task Deploy_ArchiveThatIsWrong_IsRefusedAndNothingIsVisible(string what, byte[] archive, int status, string named)
    {
        await using var server = await ControlServer.StartAsync(configure: static options => options with { MaxFiles = 20, MaxFileBytes = 50_000, MaxModuleBytes = 20_000 });
        var owner = await server.CreateTenantAsync("acme");

        using var response = await DeployAsync(owner, archive);

        var body = await response.ProblemAsync(status, status == 413 ? "too-large" : "invalid-request");
        Assert.True(body.Contains(named, StringComparison.Ordinal), $"{what}: {body}");
        Assert.Empty(server.Snapshot.Apps);
        Assert.Empty(server.Directory.GetFiles("archive-*"));
    }

    [Fact]
    public async Task Deploy_ZipWithALongList_IsRefusedBeforeTheListIsRead()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        var archive = Archive(Kind.Zip, ("a", Random(9 << 20)));
        BinaryPrimitives.WriteUInt32LittleEndian(archive.AsSpan(archive.Length - 6), 0);

        using var response = await DeployAsync(owner, archive);

        Assert.Contains("files", await response.ProblemAsync(413, "too-large"), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> DeployAsync(HttpClient owner, byte[] archive)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(archive), "archive", "site" } };
        return await owner.PostAsync("/v1/tenants/acme/apps/site/deploy", form);
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(8).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Archive(Kind kind, params (string Name, byte[]? Content)[] entries) => kind == Kind.TarGz ? Gzip(Tar(entries)) : Zip(entries);

    private static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return memory.ToArray();
    }

    private static byte[] Tar(params (string Name, byte[]? Content)[] entries) => Tar(entries.Select(static entry => entry.Content is null
        ? new PaxTarEntry(TarEntryType.Directory, entry.Name)
        : new PaxTarEntry(TarEntryType.RegularFile, entry.Name) { DataStream = new MemoryStream(entry.Content) }));

    private static byte[] Tar(IEnumerable<TarEntry> entries)
    {
        using var memory = new MemoryStream();
        using (var tar = new TarWriter(memory))
        {
            foreach (var entry in entries)
            {
                tar.WriteEntry(entry);
            }
        }

        return memory.ToArray();
    }

    private static byte[] Link(TarEntryType type) => Gzip(Tar([type == TarEntryType.Fifo
        ? new PaxTarEntry(type, "a")
        : new PaxTarEntry(type, "a") { LinkName = "/etc/passwd" }]));

    // Extended attributes whose comment is 2 MiB.
    private static byte[] HugeAttributes() => Tar([new PaxTarEntry(
        TarEntryType.RegularFile, "a", [new KeyValuePair<string, string>("comment", new string('x', 2 << 20))])]);

    private static byte[] Zip(params (string Name, byte[]? Content)[] entries)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(content ?? []);
            }
        }

        return memory.ToArray();
    }

    private static byte[] ZipLink()
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry("a");
            entry.ExternalAttributes = 0xa1ff << 16;
            using var stream = entry.Open();
            stream.Write("/etc/passwd"u8);
        }

        return memory.ToArray();
    }

    // Its compressed bytes overwritten.
    private static byte[] Damaged()
    {
        var zip = Zip(("a", Text(new string('a', 5000))));
        zip.AsSpan(32, 8).Fill(0xff);
        return zip;
    }
}
