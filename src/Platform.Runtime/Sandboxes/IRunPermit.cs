namespace Platform.Runtime.Sandboxes;

/// <summary>The right to execute wasm on a processor. The runner is entered holding it and returns holding it.</summary>
public interface IRunPermit
{
    /// <summary>The guest is about to wait in a host call: let another request run.</summary>
    void Release();

    /// <summary>The wait is over: blocks until it is this request's turn.</summary>
    void Acquire();

    /// <summary>At an epoch tick of a running guest: lets others go first when it has had its share; cheap when nobody waits.</summary>
    /// <param name="used">Processor time of the request so far; zero when it isn't measured.</param>
    void Yield(TimeSpan used);
}
