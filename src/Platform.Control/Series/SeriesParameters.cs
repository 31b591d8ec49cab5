using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace Platform.Control.Series;

/// <summary>What a caller says of the series it wants.</summary>
internal readonly record struct SeriesParameters(
    [property: FromQuery(Name = "from"), Description("The time (RFC 3339) in the first minute, hour or day; an hour, a day or 30 days before 'to' when not said.")] DateTimeOffset? From,
    [property: FromQuery(Name = "to"), Description("The time before which the last one begins; now when not said.")] DateTimeOffset? To,
    [property: FromQuery(Name = "resolution"), Description("minute (when not said), hour or day; days are UTC's.")] string? Resolution,
    [property: FromQuery(Name = "version"), Description("Of this version only.")] int? Version);
