using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Platform.Control.People;

/// <summary>Passwords by the framework's hasher (PBKDF2 with HMAC-SHA512). Length is the only rule (NIST SP 800-63B section 5.1.1.2).</summary>
internal sealed class Passwords(ControlOptions options)
{
    private const int MinLength = 10;
    private const int MaxLength = 256;

    private static readonly object Nobody = new();

    private readonly PasswordHasher<object> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = options.PasswordIterations }));

    private string? _dummy;

    /// <summary>What is wrong with a new password; null when nothing is.</summary>
    public static string? ErrorOf(string password, string? email) =>
        password.Length is < MinLength or > MaxLength ? $"A password has {MinLength} to {MaxLength} characters."
        : email is not null && password.Equals(email, StringComparison.OrdinalIgnoreCase) ? "A password must not be the address."
        : null;

    public string Hash(string password) => _hasher.HashPassword(Nobody, password);

    /// <summary>Whether the password is the one; as slow when there is none.</summary>
    public bool Verify(string? hash, string password) =>
        password.Length <= MaxLength
        && _hasher.VerifyHashedPassword(Nobody, hash ?? (_dummy ??= Hash("a password that nobody has")), password) != PasswordVerificationResult.Failed
        && hash is not null;
}
