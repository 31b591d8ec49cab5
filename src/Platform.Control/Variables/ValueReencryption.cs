using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Platform.Control.Keys;

namespace Platform.Control.Variables;

/// <summary>Encrypts all apps' values anew when the master key is rotated.</summary>
internal sealed class ValueReencryption : IReencryptable
{
    public async Task<int> ReencryptAsync(DbConnection connection, IDataProtectionProvider protection)
    {
        var values = new ValueProtection(protection);
        var rows = (await connection.QueryAsync<Row>("SELECT id AS Id, tenant_id AS TenantId, app_id AS AppId, name AS Name, value AS Value FROM app_values")).AsList();
        foreach (var row in rows)
        {
            await connection.ExecuteAsync("UPDATE app_values SET value = @value WHERE id = @Id", new { value = Reencrypt(row, values), row.Id });
        }

        return rows.Count;
    }

    private static byte[] Reencrypt(Row row, ValueProtection values)
    {
        try
        {
            return values.Protect(row.TenantId, row.AppId, row.Name, values.Unprotect(row.TenantId, row.AppId, row.Name, row.Value));
        }
        catch (CryptographicException e)
        {
            throw new CryptographicException($"The value '{row.Name}' of app {row.AppId} in the store can't be decrypted: it was changed there. Set it anew or delete it, then rotate again.", e);
        }
    }

    private sealed record Row(long Id, long TenantId, long AppId, string Name, byte[] Value);
}
