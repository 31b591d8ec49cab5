namespace Platform.Control.Sessions;

/// <summary>Whose a session is: exactly one of the three.</summary>
/// <param name="UserId">A user's number.</param>
/// <param name="TokenId">An API token's number.</param>
/// <param name="OperatorSha256">The hash of the operator's token.</param>
internal readonly record struct SessionOwner(long? UserId = null, long? TokenId = null, byte[]? OperatorSha256 = null);
