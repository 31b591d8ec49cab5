using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Platform.Data;

namespace Platform.Control.Keys;

/// <summary>Where the framework's data protection keeps its keys: the platform's store, the same for every process that uses it.</summary>
internal sealed class KeyRingStore(Database database) : IXmlRepository
{
    // The framework's interface is synchronous. Both run seldom and never within a transaction, whose turn they would wait for: keys are made by KeyRing alone.
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. database.QueryAsync<string>("SELECT xml FROM protection_keys ORDER BY name", null, CancellationToken.None).GetAwaiter().GetResult().Select(XElement.Parse)];

    public void StoreElement(XElement element, string friendlyName) =>
        database.ExecuteAsync(
            "INSERT INTO protection_keys (name, xml) VALUES (@name, @xml)",
            new { name = friendlyName, xml = element.ToString(SaveOptions.DisableFormatting) },
            CancellationToken.None).GetAwaiter().GetResult();
}
