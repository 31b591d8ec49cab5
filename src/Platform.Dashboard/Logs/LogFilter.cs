using System.Globalization;
using System.Text;

namespace Platform.Dashboard.Logs;

/// <summary>Which lines of a log are asked for; the API does the filtering.</summary>
internal sealed class LogFilter
{
    /// <summary>What a line has to hold.</summary>
    public string? Text { get; set; }

    /// <summary>The level, as the API names it.</summary>
    public string? Level { get; set; }

    /// <summary>The request that a line belongs to.</summary>
    public string? RequestId { get; set; }

    /// <summary>The version that wrote it.</summary>
    public int? Version { get; set; }

    /// <summary>As a query's parameters, each with a leading <c>&amp;</c>.</summary>
    public string ToQuery()
    {
        var query = new StringBuilder();
        Add("text", Text);
        Add("level", Level);
        Add("requestId", RequestId);
        Add("version", Version?.ToString(CultureInfo.InvariantCulture));
        return query.ToString();

        void Add(string name, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
            {
                query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value.Trim()));
            }
        }
    }
}
