using System.Text;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Tests.Sandboxes;

/// <summary>Keeps what a guest answered and logged.</summary>
internal sealed class RecordedResponse : ISandboxResponse, ISandboxLog
{
    private readonly MemoryStream _body = new();

    public int Status { get; private set; }

    public IReadOnlyList<HeaderField> Headers { get; private set; } = [];

    public IReadOnlyList<HeaderField>? Trailers { get; private set; }

    public string Body => Encoding.UTF8.GetString(_body.ToArray());

    public long BodyLength => _body.Length;

    public int Flushes { get; private set; }

    public StringBuilder Out { get; } = new();

    public StringBuilder Error { get; } = new();

    public int WritableBytes => 64 << 10;

    public void Start(int status, IReadOnlyList<HeaderField> headers)
    {
        Assert.Equal(0, Status);
        (Status, Headers) = (status, headers);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Assert.NotEqual(0, Status);
        Assert.Null(Trailers);
        _body.Write(bytes);
    }

    public void Flush() => Flushes++;

    public void OnWritable(Action callback) => callback();

    public void Complete(IReadOnlyList<HeaderField> trailers)
    {
        Assert.Null(Trailers);
        Trailers = trailers;
    }

    public List<(SandboxLogLevel Level, string Context, string Message)> Logged { get; } = [];

    public void Write(SandboxLogLevel level, string context, string message) => Logged.Add((level, context, message));

    public void Write(bool isError, ReadOnlySpan<byte> bytes) => (isError ? Error : Out).Append(Encoding.UTF8.GetString(bytes));
}
