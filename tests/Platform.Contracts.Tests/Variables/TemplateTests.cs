using Platform.Contracts.Variables;

namespace Platform.Contracts.Tests.Variables;

public sealed class TemplateTests
{
    private static readonly Dictionary<string, string> s_values = new() { ["a"] = "1", ["long_name2"] = "{{ a }}", ["empty"] = "" };

    [Theory]
    [InlineData("", "")]
    [InlineData("plain { } text", "plain { } text")]
    [InlineData("{{a}}", "1")]
    [InlineData("x{{ a }}{{\ta\n}}y", "x11y")]
    [InlineData("{{ long_name2 }}", "{{ a }}")]
    [InlineData("<{{ empty }}>", "<>")]
    [InlineData("{ {{ a }} }", "{ 1 }")]
    public void Resolve_Text_PutsValuesInOnce(string text, string expected) => Assert.Equal(expected, Template.Parse(text, out _)!.Resolve(s_values));

    [Theory]
    [InlineData("{{")]
    [InlineData("{{ a }")]
    [InlineData("a }}")]
    [InlineData("{{ }}")]
    [InlineData("{{ A }}")]
    [InlineData("{{ a b }}")]
    [InlineData("{{ a__b }}")]
    [InlineData("{{ {{ a }} }}")]
    [InlineData("{{ a }} }}")]
    public void Parse_NoTemplate_SaysWhy(string text)
    {
        Assert.Null(Template.Parse(text, out var error));
        Assert.NotEmpty(error!);
    }

    [Fact]
    public void Resolve_WithoutAValue_IsNull() => Assert.Null(Template.Parse("{{ nobody }}", out _)!.Resolve(s_values));
}
