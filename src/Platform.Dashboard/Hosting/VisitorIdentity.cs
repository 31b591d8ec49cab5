using System.Security.Claims;

namespace Platform.Dashboard.Hosting;

/// <summary>How the visitor gets from the request of a circuit to its components; stays in this process.</summary>
internal sealed class VisitorIdentity(Visitor visitor) : ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, visitor.Me!.Id)], "Dashboard")
{
    /// <summary>The visitor.</summary>
    public Visitor Visitor => visitor;
}
