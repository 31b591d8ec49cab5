using Platform.Runtime.Hosting;
using Platform.Runtime.Wasi.Http;
using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Wagi;

/// <summary>A WAGI guest's standard output: gathers the header block, then streams the body.</summary>
internal sealed class WagiOutput : OutputStream
{
    private byte[] _head = [];
    private int _headLength;
    private OutgoingBody? _body;
    private OutgoingBodyStream? _stream;
    private bool _failed;

    /// <inheritdoc/>
    public override StreamState Check(RequestContext context, out int writable)
    {
        if (_stream is not null)
        {
            return _stream.Check(context, out writable);
        }

        writable = context.Request.Limits.ResponseHeaderBytes;
        return _failed ? StreamState.Failed : StreamState.Ready;
    }

    /// <inheritdoc/>
    public override bool Write(RequestContext context, ReadOnlySpan<byte> bytes)
    {
        if (_stream is not null)
        {
            return _stream.Write(context, bytes);
        }

        var start = _headLength;
        if (_head.Length < _headLength + bytes.Length)
        {
            Array.Resize(ref _head, Math.Max(_headLength + bytes.Length, Math.Max(512, _head.Length * 2)));
        }

        bytes.CopyTo(_head.AsSpan(_headLength));
        _headLength += bytes.Length;
        var end = WagiHead.FindEnd(_head.AsSpan(0, _headLength), Math.Max(0, start - 3));
        if (end < 0)
        {
            return _headLength <= context.Request.Limits.ResponseHeaderBytes
                || Fail(context, $"no blank line ends the header block within {context.Request.Limits.ResponseHeaderBytes} bytes of standard output");
        }

        return Begin(context, end);
    }

    /// <inheritdoc/>
    public override void Flush(RequestContext context) => _stream?.Flush(context);

    /// <inheritdoc/>
    public override void Arm(RequestContext context) => _stream?.Arm(context);

    /// <summary>The program ended: so does the response.</summary>
    public void Finish(RequestContext context)
    {
        if (_body is not null)
        {
            context.Response.FinishBody(context, _body, []);
        }
        else if (!_failed)
        {
            Fail(context, _headLength == 0
                ? "the program wrote nothing to standard output; a response begins with a header block such as 'Content-Type: text/plain' and a blank line"
                : "standard output ended before the blank line after the header block");
        }
    }

    private bool Begin(RequestContext context, int end)
    {
        if (!WagiHead.TryParse(_head.AsSpan(0, end), context.Request.Limits.ResponseHeaderBytes, out var status, out var fields, out var error))
        {
            return Fail(context, error);
        }

        // What was written after the header block is at most one write's worth: it fits the body's early buffer or goes out right below.
        _body = new OutgoingBody(fields, isOfRequest: false);
        _stream = new OutgoingBodyStream(_body);
        context.Response.Start(context, status, fields, _body);
        var rest = _head.AsSpan(end, _headLength - end);
        while (!rest.IsEmpty)
        {
            if (_stream.Check(context, out var writable) == StreamState.Pending)
            {
                context.WaitAny([new OutputPollable(_stream)]);
                continue;
            }

            var part = Math.Min(rest.Length, writable);
            if (part == 0 || !_stream.Write(context, rest[..part]))
            {
                return false;
            }

            rest = rest[part..];
        }

        _head = [];
        return true;
    }

    private bool Fail(RequestContext context, string reason)
    {
        _failed = true;
        context.Response.Fail(reason);
        return false;
    }
}
