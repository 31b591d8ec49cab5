using System.Text;
using Microsoft.Extensions.Time.Testing;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Logs;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Logs;

public sealed class RequestLogTests
{
    private readonly CollectingLogSink _sink = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Lines_InPieces_ArePutTogetherAStream()
    {
        var log = Begin();
        Write(log, "first ha");
        log.Write(isError: true, "error\n"u8);
        Write(log, "lf\nsecond\r\n\nlast without an end");
        log.End();

        Assert.Equal(
            [("stderr", "error"), ("stdout", "first half"), ("stdout", "second"), ("stdout", ""), ("stdout", "last without an end")],
            _sink.Records.Select(static record => (record.Stream, record.Text)));
        var record = _sink.Records[0];
        Assert.Equal(("acme", "shop", 3, "web", "req-1"), (record.Tenant, record.App, record.Version, record.Component, record.RequestId));
        Assert.Single(_sink.Batches);
    }

    [Fact]
    public void Lines_OfALevel_CountAgainstTheCap_AndAreSafe()
    {
        var log = Begin();
        log.Write(SandboxLogLevel.Warn, "shop", "\u001b[31mred");
        log.Write(SandboxLogLevel.Info, "", new string('x', 2 * LineBuffer.MaxLine));
        log.Write(SandboxLogLevel.Error, "", new string('x', 300 << 10));
        log.End();

        Assert.Equal(("warn", "shop: \\u{1b}[31mred"), (_sink.Records[0].Stream, _sink.Records[0].Text));
        Assert.Equal(("info", LineBuffer.MaxLine), (_sink.Records[1].Stream, _sink.Records[1].Text.Length));
        Assert.Equal(("platform", $"{300 << 10} bytes of log over the request's limit were dropped."), (_sink.Records[2].Stream, _sink.Records[2].Text));
        Assert.Equal("shop: \u001b[31mred".Length + (2 * LineBuffer.MaxLine), log.Bytes);
    }

    /// <summary>What a message repeats of somebody's input doesn't begin a line (A28).</summary>
    [Fact]
    public void Message_OfALevel_IsOneLineWhoseRestIsIndented()
    {
        var log = Begin();
        log.Write(SandboxLogLevel.Info, "shop", "no user bob\n12:00:00.000 platform trap: forged\r\n\n");
        log.Write(SandboxLogLevel.Info, "", new string('\n', LineBuffer.MaxLine));
        log.Write(SandboxLogLevel.Info, "con\ntext", "");
        log.End();

        Assert.Equal("shop: no user bob\n    12:00:00.000 platform trap: forged\\u{d}\n    \n    ", _sink.Records[0].Text);
        Assert.Equal(LineBuffer.MaxLine, _sink.Records[1].Text.Length);
        Assert.Equal("con\n    text: ", _sink.Records[2].Text);
        Assert.Equal(3, _sink.Records.Count);
    }

    [Fact]
    public void Nothing_Written_HandsOverNothing()
    {
        Begin().End();
        Assert.Empty(_sink.Batches);
    }

    [Theory]
    [InlineData("\u001b[31mred\u001b[0m", "\\u{1b}[31mred\\u{1b}[0m")]
    [InlineData("a\rforged", "a\\u{d}forged")]
    [InlineData("bell\u0007 del\u007f c1\u009b", "bell\\u{7} del\\u{7f} c1\\u{9b}")]
    [InlineData("line\u2028sep \u202eturned", "line\\u{2028}sep \\u{202e}turned")]
    [InlineData("tab\tand ünïcödé 🎈 stay", "tab\tand ünïcödé 🎈 stay")]
    public void Text_ThatATerminalWouldObey_IsWrittenOut(string written, string shown)
    {
        var log = Begin();
        Write(log, written + "\n");
        log.End();
        Assert.Equal(shown, Assert.Single(_sink.Records).Text);
    }

    [Fact]
    public void Bytes_ThatAreNotUtf8_BecomeReplacements()
    {
        var log = Begin();
        log.Write(isError: false, [0x61, 0xff, 0x62, (byte)'\n']);
        log.End();
        Assert.Equal("a\ufffdb", Assert.Single(_sink.Records).Text);
    }

    [Fact]
    public void Flood_OverTheCap_IsCutAndCounted()
    {
        var log = Begin(bytes: 1000);
        for (var i = 0; i < 100; i++)
        {
            Write(log, new string('x', 99) + "\n");
        }

        log.End();
        Assert.Equal(10, _sink.Records.Count(static record => record.Stream == "stdout"));
        Assert.Equal(("platform", "9000 bytes of log over the request's limit were dropped."), (_sink.Records[^1].Stream, _sink.Records[^1].Text));
    }

    [Fact]
    public void Flood_OfEmptyLines_IsBoundedInNumber()
    {
        var log = Begin(bytes: 1 << 20);
        Write(log, new string('\n', 1 << 20));
        log.End();
        Assert.Equal(RequestLog.MaxLines + 1, _sink.Records.Count);
        Assert.Equal($"{(1 << 20) - RequestLog.MaxLines} bytes of log over the request's limit were dropped.", _sink.Records[^1].Text);
    }

    [Fact]
    public void Line_ThatNeverEnds_IsSplit()
    {
        var log = Begin();
        for (var i = 0; i < 40; i++)
        {
            Write(log, new string('x', 1000));
        }

        log.End();
        Assert.Equal([LineBuffer.MaxLine, LineBuffer.MaxLine, 40_000 - (2 * LineBuffer.MaxLine)], _sink.Records.Select(static record => record.Text.Length));
    }

    [Fact]
    public void LongRequest_HandsOverEachSecond()
    {
        var log = Begin();
        Write(log, "one\nbegun");
        log.HandOverOld();
        Assert.Empty(_sink.Batches);
        _time.Advance(TimeSpan.FromSeconds(1));
        log.HandOverOld();
        Assert.Equal("one", Assert.Single(_sink.Records).Text);
        log.End();
        Assert.Equal(["one", "begun"], _sink.Records.Select(static record => record.Text));
    }

    [Fact]
    public void Platform_Lines_KeepTheirLineFeedsAndDontCount()
    {
        var log = Begin(bytes: 0);
        log.WritePlatform("trap: \u001bunreachable\n  0: main");
        log.End();
        Assert.Equal(("platform", "trap: \\u{1b}unreachable\n  0: main"), (_sink.Records[0].Stream, _sink.Records[0].Text));
    }

    [Fact]
    public void Log_UsedAgain_StartsAnew()
    {
        var log = Begin(bytes: 10);
        Write(log, "0123456789over");
        log.End();
        log.Begin(new LogIdentity("other", "app", 1, "c", "req-2"), 10);
        Write(log, "fresh\n");
        log.End();

        var last = _sink.Batches[^1];
        Assert.Equal(("other", "fresh"), (Assert.Single(last).Tenant, last[0].Text));
    }

    private RequestLog Begin(long bytes = 256 << 10)
    {
        var log = new RequestLog(_sink, _time);
        log.Begin(new LogIdentity("acme", "shop", 3, "web", "req-1"), bytes);
        return log;
    }

    private static void Write(RequestLog log, string text) => log.Write(isError: false, Encoding.UTF8.GetBytes(text));
}
