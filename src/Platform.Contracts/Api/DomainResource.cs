namespace Platform.Contracts.Api;

/// <summary>A custom domain of an app.</summary>
/// <param name="Name">The name as A-labels in lower case.</param>
/// <param name="State">How it stands.</param>
/// <param name="Created">When it was claimed.</param>
/// <param name="Proof">The two ways to prove it; one is enough. It has to stay: it is looked at again each day.</param>
/// <param name="Verified">Since when it is proven; null when it isn't.</param>
/// <param name="Method">By which way it was proven last: <c>dns</c> or <c>http</c>.</param>
/// <param name="Checked">When the proof was last looked for.</param>
/// <param name="FailedDays">Days in a row on which the proof of a verified domain wasn't there.</param>
/// <param name="Failure">What was wrong the last time; null when nothing was.</param>
/// <param name="Certificate">The certificate that is served for it; null for the operator's.</param>
public sealed record DomainResource(
    string Name,
    DomainState State,
    DateTimeOffset Created,
    DomainProof Proof,
    DateTimeOffset? Verified,
    string? Method,
    DateTimeOffset? Checked,
    int FailedDays,
    string? Failure,
    CertificateResource? Certificate);
