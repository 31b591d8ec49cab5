using System.Globalization;
using System.Text;
using Platform.Contracts.Logs;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Logs;

/// <summary>
/// One request's log: splits what the guest writes into lines, makes them safe, caps them, and hands them to the sink when the request ends or each second of a
/// long one. Pooled; costs nothing when the guest writes nothing.
/// </summary>
internal sealed class RequestLog(IAppLogSink sink, TimeProvider time) : ISandboxLog
{
    /// <summary>The streams' names in <see cref="AppLogRecord.Stream"/>.</summary>
    internal const string Stdout = "stdout";
    internal const string Stderr = "stderr";
    internal const string Platform = "platform";

    // What a line of wasi:logging has in place of a stream.
    private static readonly string[] Levels = [.. Enum.GetNames<SandboxLogLevel>().Select(static name => name.ToLowerInvariant())];

    /// <summary>Lines a request at most: an empty one costs a byte of the cap but a hundred of memory.</summary>
    internal const int MaxLines = 10_000;

    private static readonly TimeSpan BatchAge = TimeSpan.FromSeconds(1);

    // Written by the guest thread, handed over by the sweep's thread too.
    private readonly Lock _gate = new();
    private readonly LineBuffer _out = new();
    private readonly LineBuffer _error = new();
    private List<AppLogRecord> _lines = [];
    private LogIdentity _identity;
    private long _allowed;
    private long _left;
    private long _dropped;
    private long _oldest;
    private int _linesLeft;
    private bool _wasWritten;

    /// <summary>Bytes that the guest wrote and that were kept.</summary>
    public long Bytes => _allowed - _left;

    /// <summary>Begins a request that may log <paramref name="bytes"/> bytes.</summary>
    public void Begin(in LogIdentity identity, long bytes)
    {
        _identity = identity;
        _allowed = bytes;
        _left = bytes;
        _dropped = 0;
        _linesLeft = MaxLines;
        _wasWritten = false;
    }

    public void Write(bool isError, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _wasWritten = true;
            if (bytes.Length > _left)
            {
                _dropped += bytes.Length - _left;
                bytes = bytes[..(int)_left];
            }

            _left -= bytes.Length;
            var (buffer, stream) = isError ? (_error, Stderr) : (_out, Stdout);
            while (!bytes.IsEmpty)
            {
                if (_linesLeft == 0)
                {
                    _dropped += bytes.Length;
                    return;
                }

                var end = bytes.IndexOf((byte)'\n');
                var part = end < 0 ? bytes : bytes[..end];
                var taken = buffer.Append(part);
                bytes = bytes[taken..];
                if (taken == part.Length && end >= 0)
                {
                    bytes = bytes[1..];
                    EndLine(buffer, stream);
                }
                else if (buffer.IsFull)
                {
                    EndLine(buffer, stream);
                }
            }
        }
    }

    public void Write(SandboxLogLevel level, string context, string message)
    {
        var separator = context.Length == 0 ? "" : ": ";
        var bytes = (long)Encoding.UTF8.GetByteCount(context) + separator.Length + Encoding.UTF8.GetByteCount(message);
        lock (_gate)
        {
            _wasWritten = true;
            if (bytes > _left || _linesLeft == 0)
            {
                _dropped += bytes;
                return;
            }

            _left -= bytes;
            _linesLeft--;
            Add(Levels[(int)level], LogText.Cut(context + separator + message, LineBuffer.MaxLine, LogText.Indented));
        }
    }

    /// <summary>A line of the platform's own about this request: a trap, a limit. Not counted against the cap.</summary>
    public void WritePlatform(string text)
    {
        lock (_gate)
        {
            _wasWritten = true;
            Add(Platform, LogText.Escape(text, LogText.Kept));
        }
    }

    /// <summary>Hands over what is older than a second.</summary>
    public void HandOverOld()
    {
        List<AppLogRecord>? lines = null;
        lock (_gate)
        {
            if (_lines.Count > 0 && time.GetElapsedTime(_oldest) >= BatchAge)
            {
                (lines, _lines) = (_lines, []);
            }
        }

        if (lines is not null)
        {
            sink.Write(lines);
        }
    }

    /// <summary>Ends the request: begun lines, what was dropped, and the rest are handed over.</summary>
    public void End()
    {
        if (!_wasWritten)
        {
            return;
        }

        List<AppLogRecord> lines;
        lock (_gate)
        {
            EndBegunLine(_out, Stdout);
            EndBegunLine(_error, Stderr);
            if (_dropped > 0)
            {
                Add(Platform, string.Create(CultureInfo.InvariantCulture, $"{_dropped} bytes of log over the request's limit were dropped."));
            }

            (lines, _lines) = (_lines, []);
        }

        if (lines.Count > 0)
        {
            sink.Write(lines);
        }
    }

    private void EndBegunLine(LineBuffer buffer, string stream)
    {
        if (!buffer.Bytes.IsEmpty)
        {
            EndLine(buffer, stream);
        }

        buffer.Free();
    }

    private void EndLine(LineBuffer buffer, string stream)
    {
        _linesLeft--;
        var line = buffer.Bytes;
        Add(stream, LogText.Decode(line.EndsWith("\r"u8) ? line[..^1] : line));
        buffer.Clear();
    }

    private void Add(string stream, string text)
    {
        if (_lines.Count == 0)
        {
            _oldest = time.GetTimestamp();
        }

        _lines.Add(new AppLogRecord(
            _identity.Tenant, _identity.App, time.GetUtcNow(), _identity.Version, _identity.Component, _identity.RequestId, stream, text));
    }
}
