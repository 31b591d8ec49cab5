using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace Platform.Control.Logs;

/// <summary>Which lines a caller wants, checked by <see cref="Refusal"/>.</summary>
internal readonly record struct LogFilter(
    [property: FromQuery(Name = "text"), Description("Lines that have this text; A to Z in either case.")] string? Text,
    [property: FromQuery(Name = "level"), Description("trace, debug, info (stdout as well), warn, error (stderr as well), critical, or platform for what the platform says of requests.")] string? Level,
    [property: FromQuery(Name = "requestId"), Description("Lines of this request.")] string? RequestId,
    [property: FromQuery(Name = "version"), Description("Lines of this version.")] int? Version)
{
    private const int MaxText = 200;

    /// <summary>Whether all lines are wanted.</summary>
    public bool IsEmpty => this == default;

    /// <summary>What the refusal of a level says.</summary>
    public static string UnknownLevel => "'level' must be trace, debug, info, warn, error, critical or platform.";

    /// <summary>The stream that is the level as well; null for none.</summary>
    public string? Stream => Level switch
    {
        "info" => "stdout",
        "error" => "stderr",
        _ => null,
    };

    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Refusal => Level is not (null or "trace" or "debug" or "info" or "warn" or "error" or "critical" or "platform") ? UnknownLevel
        : Text?.Length > MaxText || RequestId?.Length > MaxText ? $"'text' and 'requestId' take {MaxText} characters at most."
        : Text?.Contains('\0', StringComparison.Ordinal) == true || RequestId?.Contains('\0', StringComparison.Ordinal) == true ? "'text' and 'requestId' take no NUL."
        : null;

    /// <summary>A pattern of LIKE, whose wildcards the text's own aren't. Which letters have a lower case is the database's to say, of it as of the lines: SQLite knows ASCII's, PostgreSQL those of its locale.</summary>
    public string? Pattern => Text is null ? null
        : $"%{Text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
}
