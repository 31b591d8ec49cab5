using System.Security.Cryptography;
using System.Text;
using Platform.Contracts.Modules;

namespace Platform.Control.Tests.Hosting;

/// <summary>
/// A worker's preparer without a compiler: fetches the module as a worker does, checks its hash, and takes it for a component when it begins like wasm. Can be away, and
/// can be held until the test lets it go.
/// </summary>
internal sealed class FakePreparer(IModuleSource source) : IModulePreparer
{
    private volatile TaskCompletionSource? _held;

    public bool Away { get; set; }

    public int Calls => _calls;

    private int _calls;

    public TaskCompletionSource Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<PrepareResult> PrepareAsync(string tenant, string sha256, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        if (_held is { } held)
        {
            await held.Task.WaitAsync(cancellationToken);
        }

        if (Away)
        {
            return new PrepareResult(PrepareStatus.Unavailable, [], "No worker is up.");
        }

        await using var stream = await source.OpenAsync(sha256, cancellationToken);
        Assert.NotNull(stream);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, cancellationToken);
        var bytes = copy.ToArray();
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        return bytes.AsSpan().StartsWith("\0asm"u8)
            ? new PrepareResult(PrepareStatus.Ready, KindsOf(Encoding.ASCII.GetString(bytes)), null)
            : new PrepareResult(PrepareStatus.Refused, [], "It is not WebAssembly.");
    }

    private static IReadOnlyList<string> KindsOf(string content) =>
        content.Contains("wagi", StringComparison.Ordinal) ? [HandlerKindNames.Wagi]
        : content.Contains("redis", StringComparison.Ordinal) ? [HandlerKindNames.Redis]
        : [HandlerKindNames.Http];
}
