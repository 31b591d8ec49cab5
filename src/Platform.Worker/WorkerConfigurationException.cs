namespace Platform.Worker;

/// <summary>The worker can't start as it is configured. The message is one line for the operator: the setting, its value, what to do.</summary>
public sealed class WorkerConfigurationException(string message) : Exception(message);
