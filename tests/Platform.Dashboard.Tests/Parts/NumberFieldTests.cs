using Bunit;
using Platform.Contracts.Versions;
using Platform.Dashboard.Parts;
using Platform.Dashboard.Settings;
using Platform.Dashboard.Tests.Hosting;

namespace Platform.Dashboard.Tests.Parts;

public class NumberFieldTests
{
    [Theory]
    [InlineData("1000", 1000L)]
    [InlineData("1e6", 1_000_000L)]
    [InlineData("1.5E3", 1500L)]
    [InlineData("20.0", 20L)]
    [InlineData("0", 0L)]
    [InlineData("", null)]
    public async Task Number_AsBrowsersWriteIt_IsTaken(string text, long? number)
    {
        await using var context = new DashboardContext();
        var taken = new List<long?>();
        var field = context.Render<NumberField>(parameters => parameters.Add(static one => one.Value, 7).Add(static one => one.ValueChanged, taken.Add));
        await field.Find("input").ChangeAsync(text);
        Assert.Equal([number], taken);
        Assert.Empty(field.FindAll("[role=alert]"));
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("-1")]
    [InlineData("1e30")]
    [InlineData("1e999")]
    [InlineData("9007199254740992")]
    [InlineData("many")]
    public async Task WhatIsNoWholeNumber_IsRefusedInWords_AndTheValueHolds(string text)
    {
        await using var context = new DashboardContext();
        var taken = new List<long?>();
        var field = context.Render<NumberField>(parameters => parameters.Add(static one => one.Value, 7).Add(static one => one.ValueChanged, taken.Add));
        await field.Find("input").ChangeAsync(text);
        Assert.Empty(taken);
        Assert.StartsWith("This isn't a whole number", field.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        await field.Find("input").ChangeAsync("8");
        Assert.Equal([8], taken);
        Assert.Empty(field.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task Limit_WithAnExponent_IsSet_NotLeftToTheDefault()
    {
        await using var context = new DashboardContext();
        var limits = new LimitsDocument();
        var fields = context.Render<LimitsFields>(parameters => parameters.Add(static one => one.Value, limits).Add(static one => one.ValueChanged, changed => limits = changed));
        await fields.FindAll("input")[0].ChangeAsync("1e6");
        Assert.Equal(1_000_000, limits.Fuel);
    }
}
