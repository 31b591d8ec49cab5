using System.Net.Mail;

namespace Platform.Control.People;

/// <summary>Addresses that users sign in with. Compared without case, so that nobody gets a second account by a capital letter.</summary>
internal static class Emails
{
    /// <summary>RFC 5321 section 4.5.3.1.3, without the angle brackets.</summary>
    private const int MaxLength = 254;

    public const string Rule = "one address of at most 254 ASCII characters, such as jo@example.com";

    /// <summary>The address as it is stored; null when it isn't one.</summary>
    public static string? Normalize(string text) =>
        text.Length <= MaxLength
        && text.All(c => c is > ' ' and < '\x7f' and not ('<' or '>' or '"' or '(' or ')' or ',' or ';' or '\\'))
        && text.Count(c => c == '@') == 1
        && MailAddress.TryCreate(text, out var address)
        && address.Host.Length > 0
            ? text.ToLowerInvariant()
            : null;
}
