namespace Platform.Data.Backups;

/// <summary>A backup can't be made, or isn't one that can be restored here. The message is one line for the operator, without secrets.</summary>
public sealed class BackupException : StoreStartupException
{
    /// <summary>Creates the failure with its one-line message.</summary>
    public BackupException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the failure with its one-line message and its cause.</summary>
    public BackupException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
