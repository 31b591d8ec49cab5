using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Platform.Deploy.Tests;

/// <summary>Files of the tree in YAML.</summary>
internal static class Yaml
{
    /// <summary>As JSON, with anchors and merged maps put in.</summary>
    public static JsonObject Read(string file) => Parse(File.ReadAllText(Repository.In(file)));

    /// <summary>As JSON, with anchors and merged maps put in.</summary>
    public static JsonObject Parse(string text)
    {
        var document = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build()
            .Deserialize<object>(new MergingParser(new Parser(new StringReader(text))));
        return JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(document))!.AsObject();
    }

    /// <summary>Into a type that has a property for each key; another key fails.</summary>
    public static T Read<T>(string file) =>
        new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking().Build().Deserialize<T>(File.ReadAllText(Repository.In(file)));
}
