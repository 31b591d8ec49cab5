using System.IO.Pipelines;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Tests.Sandboxes;

/// <summary>The guests of other toolchains than bare C.</summary>
public sealed class GuestTests
{
    [Theory]
    [InlineData("c-libc")]
    [InlineData("js-fetch")]
    public void Run_Info_ShowsMethodAndPath(string guest)
    {
        var (result, response) = Guests.Run(guest, "/info?a=1", "PATCH");

        Assert.Equal((SandboxOutcome.Completed, null), (result.Outcome, result.Detail));
        Assert.Contains("PATCH", response.Body, StringComparison.Ordinal);
        Assert.Contains("/info?a=1", response.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c-libc", "/echo")]
    [InlineData("js-fetch", "/echo")]
    [InlineData("c-wagi", "/")]
    [InlineData("rust-wagi", "/")]
    [InlineData("as-wagi", "/")]
    public void Run_Echo_GivesTheBodyBack(string guest, string path)
    {
        var body = string.Concat(Enumerable.Range(0, 5000).Select(i => $"line {i}\n"));
        var (result, response) = Guests.Run(guest, path, "POST", Body(body));

        Assert.Equal((SandboxOutcome.Completed, null), (result.Outcome, result.Detail));
        Assert.Contains(body, response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Logging_HandsOverLevelContextAndMessage()
    {
        var (result, response) = Guests.Run("c-logging", "/");

        Assert.Equal((SandboxOutcome.Completed, null), (result.Outcome, result.Detail));
        Assert.Equal(7, response.Logged.Count);
        Assert.Equal((SandboxLogLevel.Trace, "shop", "of trace"), response.Logged[0]);
        Assert.Equal((SandboxLogLevel.Critical, "shop", "two\nlines \u001b[31m"), response.Logged[5]);
        Assert.Equal((SandboxLogLevel.Info, "", "no context"), response.Logged[6]);
    }

    [Fact]
    public void Run_Hono_Routes()
    {
        var (result, response) = Guests.Run("js-hono", "/");

        Assert.Equal((SandboxOutcome.Completed, null), (result.Outcome, result.Detail));
        Assert.Equal(200, response.Status);
    }

    [Fact]
    public void Run_Libc_IsOneInstanceWithoutShimAndAdapter() =>
        Assert.Equal(1, Guests.Load("c-libc").InstanceCount);

    [Fact]
    public void Run_JavaScript_IsOneInstanceWithoutShimAndAdapter() =>
        Assert.Equal(1, Guests.Load("js-fetch").InstanceCount);

    private static PipeReader Body(string text) => PipeReader.Create(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)));
}
