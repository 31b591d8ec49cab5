namespace Platform.Control.Versions;

/// <summary>What a deployer says of a version: the field or query parameter <c>message</c>.</summary>
internal static class DeployMessage
{
    /// <summary>Characters at most.</summary>
    public const int MaxLength = 1000;

    /// <summary>What is wrong with a message; null for nothing.</summary>
    public static string? Check(string message) =>
        message.Length > MaxLength || message.Any(c => char.IsControl(c) && c != '\n')
            ? $"'message' may have at most {MaxLength} characters, and no control characters but line feeds."
            : null;
}
