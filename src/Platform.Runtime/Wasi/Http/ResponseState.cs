using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Http;

/// <summary>What has become of a request's response. A response is whole once its head went out and its body was finished.</summary>
internal sealed class ResponseState
{
    private OutgoingBody? _body;
    private string? _error;
    private bool _started;
    private bool _completed;

    /// <summary>Whether the head went out.</summary>
    public bool Started => _started;

    /// <summary>Before a request.</summary>
    public void Reset()
    {
        _body = null;
        _error = null;
        _started = false;
        _completed = false;
    }

    /// <summary>The guest gave its response; a body that was never taken is empty.</summary>
    public void Start(RequestContext context, int status, Fields headers, OutgoingBody? body)
    {
        headers.Immutable = true;
        _ = OutgoingBody.DeclaredLength(headers);
        _started = true;
        _body = body;
        context.Request.Response.Start(status, headers.List);
        body?.Attach(context.Request.Response);
        if (body is null)
        {
            Complete(context, []);
        }
        else if (body.Finished)
        {
            // Finished before its head was sent: only now is it known where to.
            FinishBody(context, body, []);
        }
    }

    /// <summary>The guest answers with an error instead of a response.</summary>
    public void Fail(string reason) => _error = reason;

    /// <summary>The guest finished a body; true when its length is what the fields declared.</summary>
    public bool FinishBody(RequestContext context, OutgoingBody body, IReadOnlyList<HeaderField> trailers)
    {
        body.Finish();
        if (!ReferenceEquals(body, _body))
        {
            return true;
        }

        if (body.Broken || !body.LengthMatches)
        {
            _error = $"the response body has {body.Written} bytes, not as many as its content-length says";
            return false;
        }

        Complete(context, trailers);
        return true;
    }

    /// <summary>The whole response is there.</summary>
    public void Complete(RequestContext context, IReadOnlyList<HeaderField> trailers)
    {
        _completed = true;
        context.Request.Response.Complete(trailers);
    }

    /// <summary>The guest is about to wait: what it wrote goes to the client.</summary>
    public void FlushBeforeWait(RequestContext context)
    {
        if (_started && !_completed)
        {
            context.Request.Response.Flush();
        }
    }

    /// <summary>The guest returned: is there a whole response?</summary>
    public (SandboxOutcome Outcome, string? Detail) Conclude(RequestContext context) =>
        _completed && _error is null ? (SandboxOutcome.Completed, null)
        : _error is not null ? (SandboxOutcome.NoResponse, _error)
        : _started ? (SandboxOutcome.NoResponse, "the handler returned without finishing the response body")
        : (SandboxOutcome.NoResponse, "the handler returned without setting a response");
}
