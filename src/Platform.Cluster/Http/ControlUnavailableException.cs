namespace Platform.Cluster.Http;

/// <summary>No control plane took a call.</summary>
internal sealed class ControlUnavailableException(string message, Exception? innerException = null) : IOException(message, innerException);
