using System.Data.Common;
using Microsoft.AspNetCore.DataProtection;

namespace Platform.Control.Keys;

/// <summary>A part of the store whose values are protected by the key ring. A rotation has each encrypt its values anew.</summary>
internal interface IReencryptable
{
    /// <summary>Encrypts every value with the ring's newest key, within the rotation's transaction; returns how many.</summary>
    /// <param name="connection">The transaction's.</param>
    /// <param name="protection">The ring.</param>
    Task<int> ReencryptAsync(DbConnection connection, IDataProtectionProvider protection);
}
