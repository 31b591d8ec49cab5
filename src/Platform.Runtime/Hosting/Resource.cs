namespace Platform.Runtime.Hosting;

/// <summary>
/// What a handle stands for. A child (a stream of a body, a pollable of a stream) keeps its parent from being dropped, as WASI demands.
/// </summary>
internal abstract class Resource
{
    private int _children;
    private Resource? _parent;

    /// <summary>Bytes of host memory that it holds, charged to the request.</summary>
    public long HostBytes { get; set; }

    /// <summary>Whether children are alive.</summary>
    public bool HasChildren => _children > 0;

    /// <summary>Makes this a child of another resource until it is dropped.</summary>
    public void AttachTo(Resource parent)
    {
        _parent = parent;
        parent._children++;
    }

    /// <summary>Called when its handle is gone: dropped, or passed to the host for good.</summary>
    public void Detach()
    {
        if (_parent is { } parent)
        {
            parent._children--;
            _parent = null;
        }
    }

    /// <summary>Called when the guest drops the handle.</summary>
    public virtual void OnDrop(RequestContext context)
    {
    }
}
