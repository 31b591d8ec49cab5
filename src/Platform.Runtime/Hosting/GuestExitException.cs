namespace Platform.Runtime.Hosting;

/// <summary>The guest called <c>proc_exit</c> or <c>wasi:cli/exit</c>.</summary>
internal sealed class GuestExitException(int status) : Exception($"the guest exited with status {status}")
{
    /// <summary>The exit status; 0 is success.</summary>
    public int Status { get; } = status;
}
