using Platform.Contracts.Snapshots;

namespace Platform.Contracts.Logs;

/// <summary>Is told of log lines that were lost on their way, and tells who follows their log. Never throws.</summary>
public interface ILostLines
{
    /// <summary>Says how many of an app's were.</summary>
    void Lost(AppKey app, long lines);
}
