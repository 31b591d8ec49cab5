using System.Collections.Immutable;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Variables;
using Platform.Contracts.Versions;

namespace Platform.Contracts.Tests.Snapshots;

public sealed class AppConfigurationTests
{
    [Fact]
    public void ValuesOf_AVersion_AreWhatIsSetElseDefaultsOfItsOwnVariablesOnly()
    {
        var version = new VersionDocument
        {
            Components = [],
            Routes = [],
            Variables = new Dictionary<string, VariableDocument>
            {
                ["set"] = new("default", IsSecret: false),
                ["defaulted"] = new("default", IsSecret: false),
                ["emptied"] = new("default", IsSecret: false),
                ["required"] = new(null, IsSecret: true),
            },
        };
        var configuration = AppConfiguration.Empty with { Values = ImmutableDictionary<string, string>.Empty.Add("set", "value").Add("emptied", "").Add("undeclared", "x") };

        Assert.Equal(
            ["defaulted=default", "emptied=", "set=value"],
            configuration.ValuesOf(version).Select(static value => $"{value.Key}={value.Value}").Order(StringComparer.Ordinal));
        Assert.Equal("AppConfiguration 0", $"{configuration}");
    }

    [Fact]
    public void RequiredVariable_WrittenAndRead_HasNoDefault()
    {
        var version = new VersionDocument { Components = [], Routes = [], Variables = new Dictionary<string, VariableDocument> { ["key"] = new(null, IsSecret: true) } };

        var read = VersionDocumentJson.Deserialize(VersionDocumentJson.Serialize(version));

        Assert.Equal(new VariableDocument(null, IsSecret: true), read.Variables["key"]);
    }

    [Fact]
    public void Over_OtherLimits_FillsInWhatIsNotSet() =>
        Assert.Equal(new LimitsDocument(1, 20, 3, 40, 5, 60), new LimitsDocument(Fuel: 1, WallMs: 3, OutboundRequests: 5).Over(new LimitsDocument(10, 20, 30, 40, 50, 60)));
}
