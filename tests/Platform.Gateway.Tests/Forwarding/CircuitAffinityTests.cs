using Microsoft.AspNetCore.Http;
using Platform.Gateway.Forwarding;

namespace Platform.Gateway.Tests.Forwarding;

public sealed class CircuitAffinityTests
{
    private static readonly Uri[] Controls = [new("http://control-1:9080"), new("http://control-2:9080"), new("http://control-3:9080")];

    [Fact]
    public void Sessions_AreSpread_AndEachGatewayFindsTheSameControlPlane()
    {
        Uri[] otherOrder = [Controls[2], Controls[0], Controls[1]];
        var chosen = Enumerable.Range(0, 300).Select(i => (Session: $"session-{i}", Control: Of($"session-{i}", Controls))).ToList();

        Assert.All(chosen, one => Assert.Equal(one.Control, Of(one.Session, otherOrder)));
        Assert.All(Controls, control => Assert.InRange(chosen.Count(one => one.Control == control), 60, 140));
    }

    [Fact]
    public void ControlPlane_ThatIsGone_MovesItsOwnSessionsOnly()
    {
        var left = Controls[..2];
        Assert.All(
            Enumerable.Range(0, 300).Select(i => $"session-{i}").Where(session => Of(session, Controls) != Controls[2]),
            session => Assert.Equal(Of(session, Controls), Of(session, left)));
    }

    [Theory, InlineData("/v1/tenants", "platform-session=x"), InlineData("/_blazor", "other=x"), InlineData("/_blazorx", "platform-session=x"), InlineData("/_blazor", "")]
    public void OtherRequests_GoAnywhere(string path, string cookie) => Assert.Null(CircuitAffinity.IndexFor(Request(path, cookie), Controls));

    [Fact]
    public void SessionOverTls_IsTheOneWithThePrefix()
    {
        var request = Request("/_blazor", "platform-session=forged; __Host-platform-session=own");
        request.Scheme = "https";

        Assert.Equal(Of("own", Controls), Controls[CircuitAffinity.IndexFor(request, Controls)!.Value]);
    }

    private static Uri Of(string session, Uri[] controls) => controls[CircuitAffinity.IndexFor(Request("/_blazor", $"platform-session={session}"), controls)!.Value];

    private static HttpRequest Request(string path, string cookie)
    {
        var request = new DefaultHttpContext().Request;
        request.Scheme = "http";
        request.Path = path;
        request.Headers.Cookie = cookie;
        return request;
    }
}
