using Platform.Contracts.Naming;

namespace Platform.Contracts.Tests.Naming;

/// <summary>Names of tenants and apps.</summary>
public sealed class SlugTests
{
    [Theory]
    [InlineData("abc")]
    [InlineData("a-b")]
    [InlineData("007")]
    [InlineData("v12")]
    [InlineData("abcdefghijklmnopqrstuvwx")]
    public void ErrorOf_Slug_IsNull(string value)
    {
        Assert.Null(Slug.ErrorOf(value));
        Assert.True(Slug.IsValid(value));
    }

    [Theory]
    [InlineData("", "3 to 24")]
    [InlineData("ab", "3 to 24")]
    [InlineData("abcdefghijklmnopqrstuvwxy", "3 to 24")]
    [InlineData("Abc", "a-z, 0-9")]
    [InlineData("a_c", "a-z, 0-9")]
    [InlineData("a.c", "a-z, 0-9")]
    [InlineData("ab\n", "a-z, 0-9")]
    [InlineData("аbc", "a-z, 0-9")]
    [InlineData("-abc", "begin or end")]
    [InlineData("abc-", "begin or end")]
    [InlineData("a--b", "two hyphens")]
    public void ErrorOf_NoSlug_SaysWhy(string value, string why)
    {
        Assert.Contains(why, Slug.ErrorOf(value), StringComparison.Ordinal);
        Assert.False(Slug.IsValid(value));
    }
}
