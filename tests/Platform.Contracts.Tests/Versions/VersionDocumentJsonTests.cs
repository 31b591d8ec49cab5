using System.Text.Json;
using Platform.Contracts.Variables;
using Platform.Contracts.Versions;

namespace Platform.Contracts.Tests.Versions;

/// <summary>The stored form of a version: what is pinned here is in databases.</summary>
public sealed class VersionDocumentJsonTests
{
    private const string Json =
        """{"format":1,"components":[{"id":"c","moduleSha256":"ab","dependencies":[],"environment":{"A":"1","B":"2"},"files":[{"path":"/f","size":3,"sha256":"cd"}],"variables":{"a":"{{ b }}"},"keyValueStores":["default"],"sqliteDatabases":["db"],"allowedOutboundHosts":["https://x"],"limits":{"fuel":7}}],"routes":[{"pattern":"/...","component":"c","executor":"wagi"}],"redisTriggers":[{"channel":"orders","component":"c","address":"redis://x"},{"channel":"news","component":"c"}],"variables":{"b":{"default":"d","isSecret":false}},"receipts":true}""";

    // What was stored before there were variables.
    private const string Older =
        """{"format":1,"components":[{"id":"c","moduleSha256":"ab","environment":{},"files":[],"allowedOutboundHosts":[],"limits":{}}],"routes":[],"receipts":false}""";

    [Theory]
    [InlineData("A", "B")]
    [InlineData("B", "A")]
    public void Serialize_Document_IsTheSameHoweverItWasMade(string first, string second)
    {
        var document = new VersionDocument
        {
            Components =
            [
                new ComponentDocument
                {
                    Id = "c",
                    ModuleSha256 = "ab",
                    Environment = new Dictionary<string, string> { [first] = first == "A" ? "1" : "2", [second] = second == "A" ? "1" : "2" },
                    Files = [new FileDocument("/f", 3, "cd")],
                    Variables = new Dictionary<string, string> { ["a"] = "{{ b }}" },
                    KeyValueStores = ["default"],
                    SqliteDatabases = ["db"],
                    AllowedOutboundHosts = ["https://x"],
                    Limits = new LimitsDocument(Fuel: 7),
                },
            ],
            Routes = [new RouteDocument("/...", "c", RouteExecutor.Wagi)],
            RedisTriggers = [new RedisTriggerDocument("orders", "c", "redis://x"), new RedisTriggerDocument("news", "c")],
            Variables = new Dictionary<string, VariableDocument> { ["b"] = new("d", IsSecret: false) },
            Receipts = true,
        };
        Assert.Equal(Json, VersionDocumentJson.Serialize(document));
    }

    [Fact]
    public void Deserialize_StoredDocument_ComesBackWhole() => Assert.Equal(Json, VersionDocumentJson.Serialize(VersionDocumentJson.Deserialize(Json)));

    [Fact]
    public void Deserialize_OlderDocument_HasNothingOfWhatCameLater()
    {
        var document = VersionDocumentJson.Deserialize(Older);
        Assert.Empty(document.Variables);
        Assert.Empty(document.RedisTriggers);
        Assert.Empty(document.Components[0].Variables);
        Assert.Empty(document.Components[0].KeyValueStores);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"components\":[]}")]
    public void Deserialize_NoDocument_Throws(string json) => Assert.Throws<JsonException>(() => VersionDocumentJson.Deserialize(json));
}
