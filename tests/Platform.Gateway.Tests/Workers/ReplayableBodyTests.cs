using Platform.Gateway.Workers;

namespace Platform.Gateway.Tests.Workers;

public class ReplayableBodyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(64 << 10)]
    public async Task Body_OfUpTo64KiB_IsReadAgainFromWhereverItWas(int length)
    {
        var content = Enumerable.Range(0, length).Select(static i => (byte)i).ToArray();
        using var body = new ReplayableBody(new MemoryStream(content));
        var some = new byte[(length / 2) + 1];
        _ = await body.ReadAsync(some, TestContext.Current.CancellationToken);

        for (var i = 0; i < 3; i++)
        {
            Assert.True(body.CanReplay);
            body.Restart();
            using var copy = new MemoryStream();
            await body.CopyToAsync(copy, TestContext.Current.CancellationToken);
            Assert.Equal(content, copy.ToArray());
        }
    }

    [Fact]
    public async Task Body_OfMore_CantBeReadAgain()
    {
        using var body = new ReplayableBody(new MemoryStream(new byte[(64 << 10) + 1]));
        await body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        Assert.False(body.CanReplay);
        Assert.Throws<InvalidOperationException>(body.Restart);
    }
}
