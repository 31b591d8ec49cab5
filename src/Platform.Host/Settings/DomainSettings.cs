using System.ComponentModel.DataAnnotations;

namespace Platform.Host.Settings;

/// <summary>Custom domains (<c>Platform:Domains</c>).</summary>
internal sealed class DomainSettings
{
    /// <summary>How long the names of a deleted app stay held before others may prove them. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromDays(7);
}
