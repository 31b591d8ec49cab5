using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace Platform.Control.Requests;

/// <summary>Which requests a caller wants.</summary>
internal readonly record struct RequestFilter(
    [property: FromQuery(Name = "outcome"), Description("Those that ended so, by usage's names.")] string? Outcome,
    [property: FromQuery(Name = "version"), Description("Those of this version.")] int? Version,
    [property: FromQuery(Name = "from"), Description("Those that began at this time (RFC 3339) or later.")] DateTimeOffset? From,
    [property: FromQuery(Name = "to"), Description("Those that began before this time.")] DateTimeOffset? To);
