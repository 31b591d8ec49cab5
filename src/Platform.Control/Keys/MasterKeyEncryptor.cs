using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Platform.Control.Keys;

/// <summary>Wraps a key of the ring before it is stored.</summary>
internal sealed class MasterKeyEncryptor(MasterKey key) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(Wrap(key, plaintextElement), typeof(MasterKeyDecryptor));

    /// <summary>The element with the wrapped key.</summary>
    public static XElement Wrap(MasterKey key, XElement plain) => new(
        "wrapped",
        new XAttribute("master", key.Id),
        Convert.ToBase64String(key.Wrap(Encoding.UTF8.GetBytes(plain.ToString(SaveOptions.DisableFormatting)))));
}
