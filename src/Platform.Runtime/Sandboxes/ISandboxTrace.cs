namespace Platform.Runtime.Sandboxes;

/// <summary>Is told of what a request's guest waits for outside the sandbox. Called on the guest thread.</summary>
public interface ISandboxTrace
{
    /// <summary>A host function begins to wait.</summary>
    /// <returns>What <see cref="Waited"/> is to be given.</returns>
    long Waits();

    /// <summary>It waits no longer.</summary>
    /// <param name="hostFunction">Its name, such as <c>wasi:keyvalue/store#[method]bucket.get</c>.</param>
    /// <param name="began">What <see cref="Waits"/> returned.</param>
    /// <param name="isFailed">Whether what it waited for failed.</param>
    void Waited(string hostFunction, long began, bool isFailed);
}
