namespace Platform.Data;

/// <summary>The database can't be reached or opened: not listening, refused, wrong password, not a database file.</summary>
public sealed class StoreUnreachableException(string message, Exception innerException) : StoreStartupException(message, innerException);
