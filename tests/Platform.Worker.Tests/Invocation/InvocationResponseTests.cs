using System.Text;
using Platform.Worker.Invocation;

namespace Platform.Worker.Tests.Invocation;

public sealed class InvocationResponseTests
{
    private readonly InvocationResponse _response = new(new AsyncSignal());
    private byte[] _spare = [];

    [Fact]
    public void Sweep_OfAGuestThatJustWrote_LeavesItWhole_AndTheNextSendsItOn()
    {
        _response.Start(200, []);
        _response.Sweep();
        _response.Write("ab"u8);

        _response.Sweep();
        Assert.Null(Taken());

        _response.Write("c"u8);
        _response.Sweep();
        Assert.Equal("abc", Taken());

        // It streams: nothing is torn any more.
        _response.Write("d"u8);
        _response.Sweep();
        Assert.Equal("d", Taken());
    }

    [Fact]
    public void Sweep_OfAHeadAlone_SendsItOnceTheGuestFlushed()
    {
        _response.Start(200, []);
        _response.Sweep();
        _response.Sweep();
        Assert.Null(Taken());

        _response.Flush();
        _response.Sweep();
        _response.Sweep();
        Assert.Equal("", Taken());
    }

    [Fact]
    public void Reset_AfterASweep_BeginsAnew()
    {
        _response.Start(200, []);
        _response.Write("a"u8);
        _response.Sweep();
        _response.Reset();

        _response.Start(200, []);
        _response.Write("b"u8);
        _response.Sweep();
        Assert.Null(Taken());
    }

    private string? Taken() => _response.TryTake(all: false, ref _spare, out var count) ? Encoding.UTF8.GetString(_spare, 0, count) : null;
}
