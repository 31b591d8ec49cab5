using System.Security.Cryptography;
using System.Text;
using Platform.Control.Tokens;

namespace Platform.Control.Tests.Hosting;

/// <summary>The operator's token in memory.</summary>
internal sealed class FakeOperatorToken(string token) : IOperatorToken
{
    public ReadOnlyMemory<byte> Sha256 { get; private set; } = SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public bool CanRotate { get; set; } = true;

    public string Rotate()
    {
        var next = $"plat_the-next-operator-{Guid.NewGuid():N}";
        Sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(next));
        return next;
    }
}
