using Microsoft.AspNetCore.Components.Authorization;

namespace Platform.Dashboard.Hosting;

/// <summary>The visitor of a circuit.</summary>
internal sealed class CurrentVisitor(AuthenticationStateProvider authentication)
{
    /// <summary>The visitor.</summary>
    /// <exception cref="InvalidOperationException">The page is for who isn't signed in.</exception>
    public async Task<Visitor> GetAsync() =>
        (await authentication.GetAuthenticationStateAsync()).User.Identities.OfType<VisitorIdentity>().FirstOrDefault()?.Visitor
            ?? throw new InvalidOperationException("Nobody is signed in on this page.");
}
