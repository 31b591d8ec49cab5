namespace Platform.Runtime.Sandboxes;

/// <summary>Takes a guest's response: the head, then the body.</summary>
public interface ISandboxResponse : IBodyTarget
{
    /// <summary>The response head: called at most once, status and fields already validated (100 is never passed; no CR, LF or NUL; no hop-by-hop fields).</summary>
    void Start(int status, IReadOnlyList<HeaderField> headers);
}
