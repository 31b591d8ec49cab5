using System.Text.Json;

namespace Platform.Deploy.Tests.Images;

/// <summary><c>deploy/Dockerfile</c>, an instruction a line.</summary>
internal sealed class Dockerfile
{
    private Dockerfile(IReadOnlyList<(string Name, string Arguments)> instructions) => Instructions = instructions;

    public IReadOnlyList<(string Name, string Arguments)> Instructions { get; }

    /// <summary>The instructions of the image itself, after the last FROM.</summary>
    public IReadOnlyList<(string Name, string Arguments)> Final => [.. Instructions.Reverse().TakeWhile(static one => one.Name != "FROM").Reverse()];

    /// <summary>What the build's stage runs.</summary>
    public string Publish => Instructions.Single(static one => one.Name == "RUN" && one.Arguments.StartsWith("dotnet publish ", StringComparison.Ordinal)).Arguments;

    public IReadOnlyList<string> Entrypoint => Words("ENTRYPOINT");

    public IReadOnlyList<string> Command => Words("CMD");

    public IReadOnlyList<string> HealthCheck => Words(Single("HEALTHCHECK").Split(" CMD ", 2)[1]);

    public string User => Single("USER");

    public static Dockerfile Read()
    {
        var lines = File.ReadAllText(Repository.In("deploy/Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n');
        return new Dockerfile([
            .. from line in lines
               where line.Length > 0 && line[0] != '#'
               let parts = line.Split(' ', 2)
               select (parts[0], parts[1].Trim())]);
    }

    public string Single(string name) => Assert.Single(Final, one => one.Name == name).Arguments;

    private string[] Words(string nameOrJson) => JsonSerializer.Deserialize<string[]>(nameOrJson[0] == '[' ? nameOrJson : Single(nameOrJson))!;
}
