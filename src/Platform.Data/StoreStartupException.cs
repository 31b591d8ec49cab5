namespace Platform.Data;

/// <summary>The store can't be used, and starting over without a change won't help. The message is one line for the operator, without secrets.</summary>
public class StoreStartupException : Exception
{
    /// <summary>Creates the failure with its one-line message.</summary>
    public StoreStartupException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the failure with its one-line message and its cause.</summary>
    public StoreStartupException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
