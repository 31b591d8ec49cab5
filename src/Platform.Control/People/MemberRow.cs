namespace Platform.Control.People;

internal sealed record MemberRow(long UserId, string Email, string Name, string Role, long CreatedAt);
