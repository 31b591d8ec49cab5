namespace Platform.Contracts.Api;

/// <summary>An invitation that was not used yet.</summary>
/// <param name="Id">Names it in <c>DELETE …/invitations/{id}</c>.</param>
/// <param name="Email">Who is invited.</param>
/// <param name="Role">What the member will be able to do.</param>
/// <param name="Created">When it was made, UTC.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="Expires">When it stops working, UTC.</param>
public sealed record InvitationResource(string Id, string Email, TokenRole Role, DateTimeOffset Created, string CreatedBy, DateTimeOffset Expires);
