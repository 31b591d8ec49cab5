using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace Platform.Control.Keys;

/// <summary>Unwraps a key of the ring. The framework makes it by its type's name, which stands beside each stored key: it must not be renamed.</summary>
internal sealed class MasterKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) => Unwrap(services.GetRequiredService<ControlOptions>().MasterKey, encryptedElement);

    /// <summary>The key in an element that <see cref="MasterKeyEncryptor.Wrap"/> made.</summary>
    /// <exception cref="CryptographicException">It was wrapped with another master key, or changed.</exception>
    public static XElement Unwrap(MasterKey key, XElement wrapped) =>
        XElement.Parse(Encoding.UTF8.GetString(key.Unwrap(Convert.FromBase64String(wrapped.Value))));
}
