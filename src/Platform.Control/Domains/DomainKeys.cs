using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Platform.Control.Keys;

namespace Platform.Control.Domains;

/// <summary>Certificates' private keys at rest: encrypted by the key ring.</summary>
internal sealed class DomainKeys(IDataProtectionProvider protection) : IReencryptable
{
    private const string Purpose = "domain certificates";

    private readonly IDataProtector _protector = protection.CreateProtector(Purpose);

    public string Protect(string key) => _protector.Protect(key);

    public string Unprotect(string stored) => _protector.Unprotect(stored);

    public async Task<int> ReencryptAsync(DbConnection connection, IDataProtectionProvider protection)
    {
        var protector = protection.CreateProtector(Purpose);
        var rows = (await connection.QueryAsync<(long Id, string Key)>("SELECT id, certificate_key FROM domains WHERE certificate_key IS NOT NULL")).AsList();
        foreach (var (id, key) in rows)
        {
            await connection.ExecuteAsync("UPDATE domains SET certificate_key = @key WHERE id = @id", new { id, key = protector.Protect(protector.Unprotect(key)) });
        }

        return rows.Count;
    }
}
