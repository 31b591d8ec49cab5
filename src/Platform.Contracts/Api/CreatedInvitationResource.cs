namespace Platform.Contracts.Api;

/// <summary>An invitation that was just made: the only answer that holds its secret.</summary>
/// <param name="Id">Names it in <c>DELETE …/invitations/{id}</c>.</param>
/// <param name="Email">Who is invited.</param>
/// <param name="Role">What the member will be able to do.</param>
/// <param name="Created">When it was made, UTC.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="Expires">When it stops working, UTC.</param>
/// <param name="Token">For <c>POST /v1/invitations/accept</c>; works once.</param>
/// <param name="Link">Where whoever is invited goes with a browser; holds the token, after the <c>#</c> that no server sees.</param>
public sealed record CreatedInvitationResource(
    string Id, string Email, TokenRole Role, DateTimeOffset Created, string CreatedBy, DateTimeOffset Expires, string Token, string Link);
