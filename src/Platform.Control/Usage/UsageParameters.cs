using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace Platform.Control.Usage;

/// <summary>What a caller says of the usage it wants.</summary>
internal readonly record struct UsageParameters(
    [property: FromQuery(Name = "from"), Description("The time (RFC 3339) in the first hour; the beginning of the month of 'to' when not said.")] DateTimeOffset? From,
    [property: FromQuery(Name = "to"), Description("The time before which the last hour begins; now when not said.")] DateTimeOffset? To,
    [property: FromQuery(Name = "granularity"), Description("hour, day (when not said) or month; days and months are UTC's.")] string? Granularity,
    [property: FromQuery(Name = "groupBy"), Description("app, version, or both with a comma.")] string? GroupBy);
