using Platform.Contracts.Api;

namespace Platform.Control.Access;

/// <summary>Roles as the store writes them. Their names in the database never change.</summary>
internal static class TokenRoles
{
    public static string Format(TokenRole role) => role switch
    {
        TokenRole.Viewer => "viewer",
        TokenRole.Developer => "developer",
        TokenRole.Owner => "owner",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Not a role."),
    };

    public static AccessLevel Parse(string role) => role switch
    {
        "viewer" => AccessLevel.Viewer,
        "developer" => AccessLevel.Developer,
        "owner" => AccessLevel.Owner,
        _ => throw new InvalidDataException($"The store holds a token with the unknown role '{role}'."),
    };

    public static TokenRole ToApi(string role) => ToApi(Parse(role));

    public static TokenRole ToApi(AccessLevel level) => level switch
    {
        AccessLevel.Viewer => TokenRole.Viewer,
        AccessLevel.Developer => TokenRole.Developer,
        _ => TokenRole.Owner,
    };
}
