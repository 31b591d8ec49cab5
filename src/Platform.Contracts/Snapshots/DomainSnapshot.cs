namespace Platform.Contracts.Snapshots;

/// <summary>What gateways know of a custom domain.</summary>
/// <param name="App">The app that it was verified for; null while it is only claimed.</param>
/// <param name="AppId">That app's number: another app of the same name, made later, doesn't get the domain.</param>
/// <param name="Challenge">What the gateway itself answers at the challenge's path, in the name of who claims the domain; null for nothing.</param>
/// <param name="Certificate">Served by SNI; null for the operator's.</param>
public sealed record DomainSnapshot(AppKey? App, long AppId, string? Challenge, DomainCertificate? Certificate)
{
    /// <summary>Where the proof by HTTP is looked for.</summary>
    public const string ChallengePath = "/.well-known/platform-challenge";
}
