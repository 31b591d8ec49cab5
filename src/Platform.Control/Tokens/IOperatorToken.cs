namespace Platform.Control.Tokens;

/// <summary>The operator's token, which is kept outside the store: in a file of the host's.</summary>
public interface IOperatorToken
{
    /// <summary>SHA-256 of the token in force (UTF-8), 32 bytes.</summary>
    ReadOnlyMemory<byte> Sha256 { get; }

    /// <summary>Whether it can be changed here; a mounted secret is changed where it is mounted from.</summary>
    bool CanRotate { get; }

    /// <summary>Makes a new token, which is returned; the one before stops working.</summary>
    string Rotate();
}
