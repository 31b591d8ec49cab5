using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace Platform.Control.Paging;

/// <summary>What a caller says of the page it wants.</summary>
internal readonly record struct PageQuery(
    [property: FromQuery(Name = "limit"), Description("How many items at most; 50 when not said, clamped to 1–200.")] int? Limit,
    [property: FromQuery(Name = "cursor"), Description("The cursor of the page before.")] string? Cursor);
