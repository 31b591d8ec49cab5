using Platform.Worker.Invocation;

namespace Platform.Worker.Tests.Invocation;

public class FieldNamesTests
{
    [Theory]
    [InlineData("set-cookie", "platform-version=1", true)]
    [InlineData("Set-Cookie", "=platform-version=1", true)]
    [InlineData("set-cookie", "session=platform-version=1", false)]
    [InlineData("x-cookie", "platform-version=1", false)]
    [InlineData("platform-receipt", "", true)]
    [InlineData("connection", "close", true)]
    public void IsKeptFromClient_FieldOfAGuest_WhatIsThePlatforms(string name, string value, bool kept) =>
        Assert.Equal(kept, FieldNames.IsKeptFromClient(name, value));
}
