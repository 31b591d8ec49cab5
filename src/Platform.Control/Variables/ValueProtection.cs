using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Platform.Control.Variables;

/// <summary>
/// Encrypts values with the store's key ring, each for its tenant, app and name: a row that is copied elsewhere can't be read there. Never called within a transaction: the framework may read the ring from
/// the store.
/// </summary>
internal sealed class ValueProtection(IDataProtectionProvider protection)
{
    public byte[] Protect(long tenantId, long appId, string name, string value) => Protector(tenantId, appId, name).Protect(Encoding.UTF8.GetBytes(value));

    /// <exception cref="System.Security.Cryptography.CryptographicException">It was protected for something else, with a key that isn't in the ring, or was changed.</exception>
    public string Unprotect(long tenantId, long appId, string name, byte[] value) => Encoding.UTF8.GetString(Protector(tenantId, appId, name).Unprotect(value));

    private IDataProtector Protector(long tenantId, long appId, string name) => protection.CreateProtector(
        "platform.app-values", tenantId.ToString(CultureInfo.InvariantCulture), appId.ToString(CultureInfo.InvariantCulture), name);
}
