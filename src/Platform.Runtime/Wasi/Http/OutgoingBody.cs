using System.Globalization;
using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Http;

/// <summary>
/// A body that goes out. Before its head is sent it gathers up to <see cref="EarlyBytes"/>; then it writes through. Its length is held against the
/// <c>content-length</c> that the guest declared.
/// </summary>
internal sealed class OutgoingBody(Fields headers, bool isOfRequest) : Resource
{
    /// <summary>Bytes that may be written before the head is sent.</summary>
    public const int EarlyBytes = 64 << 10;

    private byte[] _early = [];
    private int _earlyLength;
    private long _written;
    private long _declared = -1;

    /// <summary>Whether it belongs to an outgoing request, not to the response.</summary>
    public bool IsOfRequest => isOfRequest;

    /// <summary>Where the body goes once its head was sent.</summary>
    public IBodyTarget? Target { get; private set; }

    /// <summary>Whether its stream was taken.</summary>
    public bool StreamTaken { get; set; }

    /// <summary>Whether nothing can be written any more: refused, or over the declared length.</summary>
    public bool Broken { get; private set; }

    /// <summary>Whether it was ended as the guest meant it to be.</summary>
    public bool Finished { get; private set; }

    /// <summary>Whether as many bytes were written as declared.</summary>
    public bool LengthMatches => _declared < 0 || _written == _declared;

    /// <summary>The bytes written so far.</summary>
    public long Written => _written;

    /// <summary>The length that the fields declare; -1 for none.</summary>
    /// <exception cref="GuestTrapException">Declared twice or not a number.</exception>
    public static long DeclaredLength(Fields headers)
    {
        var declared = -1L;
        foreach (var field in headers.List)
        {
            if (field.Name == "content-length")
            {
                if (declared >= 0 || !long.TryParse(field.Value, NumberStyles.None, CultureInfo.InvariantCulture, out declared))
                {
                    throw new GuestTrapException($"content-length: '{field.Value}' is no single length");
                }
            }
        }

        return declared;
    }

    /// <summary>The head is out: what was gathered follows.</summary>
    public void Attach(IBodyTarget target)
    {
        _declared = DeclaredLength(headers);
        Target = target;
        if (_declared >= 0 && _written > _declared)
        {
            Broken = true;
            return;
        }

        var offset = 0;
        while (offset < _earlyLength)
        {
            // A target takes at least EarlyBytes before it asks to wait: its buffer is empty here.
            var part = Math.Min(_earlyLength - offset, target.WritableBytes);
            if (part == 0)
            {
                throw new InvalidOperationException("a fresh target takes no bytes");
            }

            target.Write(_early.AsSpan(offset, part));
            offset += part;
        }

        _early = [];
    }

    /// <summary>Bytes that may be written now.</summary>
    public int Writable => Broken || Finished ? 0
        : Target is { } target ? target.WritableBytes
        : EarlyBytes - _earlyLength;

    /// <summary>Writes.</summary>
    /// <returns>False when over the declared length: the body is broken.</returns>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        _written += bytes.Length;
        if (Target is null)
        {
            if (_early.Length - _earlyLength < bytes.Length)
            {
                Array.Resize(ref _early, Math.Max(_earlyLength + bytes.Length, Math.Min(EarlyBytes, Math.Max(1024, _early.Length * 2))));
            }

            bytes.CopyTo(_early.AsSpan(_earlyLength));
            _earlyLength += bytes.Length;
            return true;
        }

        if (_declared >= 0 && _written > _declared)
        {
            Broken = true;
            return false;
        }

        Target.Write(bytes);
        return true;
    }

    /// <summary>Ends it.</summary>
    public void Finish() => Finished = true;

    /// <summary>Ends the body of an outgoing request, sent or not yet; true when its length is what the fields declared.</summary>
    public bool FinishRequest(IReadOnlyList<HeaderField> trailers)
    {
        Finish();
        if (Target is not OutboundBody outbound)
        {
            return true;
        }

        if (Broken || !LengthMatches)
        {
            outbound.Abort();
            return false;
        }

        outbound.Complete(trailers);
        return true;
    }

    /// <summary>Refuses it: writes fail from now on.</summary>
    public void Break() => Broken = true;

    /// <inheritdoc/>
    public override void OnDrop(RequestContext context)
    {
        // Unfinished, a request's body must not end as if it were whole. (A response's is judged when the handler returns.)
        if (Target is OutboundBody outbound)
        {
            outbound.Abort();
        }
    }
}
