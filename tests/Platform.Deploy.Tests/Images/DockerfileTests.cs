using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.FileSystemGlobbing;

namespace Platform.Deploy.Tests.Images;

/// <summary>What an image's builder would refuse or an operator regret, without a builder.</summary>
public sealed partial class DockerfileTests
{
    private readonly Dockerfile _dockerfile = Dockerfile.Read();

    [Fact]
    public void Copies_OfTheTree_AreThere_AndAreInTheContext()
    {
        var sources = Sources();
        Assert.True(sources.Count > 20, $"{sources.Count} sources");
        Assert.All(sources, static source => Assert.True(Path.Exists(Repository.In(source)), $"{source} isn't there"));
        var context = Context();
        Assert.All(sources, source => Assert.True(context.Any(file => file == source || file.StartsWith(source + "/", StringComparison.Ordinal)), $"{source} isn't in the context"));
    }

    [Fact]
    public void Copies_HaveEverythingThatTheProgramIsBuiltFrom()
    {
        var sources = Sources();
        var projects = Directory.GetFiles(Repository.In("src"), "*.csproj", SearchOption.AllDirectories);
        Assert.NotEmpty(projects);
        foreach (var project in projects)
        {
            // For the layer of the restore.
            var relative = Path.GetRelativePath(Repository.Root, project);
            Assert.Contains(relative, sources);
            Assert.Contains(Path.Combine(Path.GetDirectoryName(relative)!, "packages.lock.json"), sources);

            foreach (Match reference in OutsideReference().Matches(File.ReadAllText(project)))
            {
                var outside = reference.Groups["path"].Value;
                Assert.True(sources.Any(source => outside == source || outside.StartsWith(source + "/", StringComparison.Ordinal)), $"{relative} takes {outside}, which isn't copied");
            }
        }

        Assert.All(Directory.GetFiles(Repository.Root, "Directory.*").Select(Path.GetFileName), name => Assert.Contains(name, sources));
        Assert.Contains("src", sources);
    }

    [Fact]
    public void Context_HasNoBuildOutput_NoSecret_NoTests()
    {
        var context = Context();
        Assert.DoesNotContain(context, static file => file.Contains("/bin/", StringComparison.Ordinal) && !file.StartsWith("tests/guests/bin/", StringComparison.Ordinal));
        Assert.DoesNotContain(context, static file => file.Contains("/obj/", StringComparison.Ordinal) || file.StartsWith(".git/", StringComparison.Ordinal) || file.StartsWith("deploy/", StringComparison.Ordinal));
        Assert.Equal(["tests/guests/bin/c-hello.wasm"], context.Where(static file => file.StartsWith("tests/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Image_RunsAsANumberThatIsNotRoots_AndOwnsItsVolumeAlone()
    {
        var user = Regex.Match(_dockerfile.User, "^(?<user>[0-9]+):(?<group>[0-9]+)$");
        Assert.True(user.Success, $"USER {_dockerfile.User}");
        Assert.True(int.Parse(user.Groups["user"].ValueSpan, CultureInfo.InvariantCulture) > 0);
        Assert.Equal("/data", _dockerfile.Single("VOLUME"));
        Assert.Contains(_dockerfile.Final, one => one.Name == "COPY" && one.Arguments == $"--from=build --chown={_dockerfile.User} /empty /data");
        Assert.DoesNotContain(_dockerfile.Final, static one => one.Name is "RUN" or "ADD");
        Assert.DoesNotContain(_dockerfile.Instructions, static one => one.Name is "ENV" or "ARG" && SecretName().IsMatch(one.Arguments));
        Assert.Equal("SIGTERM", _dockerfile.Single("STOPSIGNAL"));
    }

    [Fact]
    public void Bases_AreArguments_WithATag()
    {
        var bases = _dockerfile.Instructions.Where(static one => one.Name == "FROM").Select(static one => one.Arguments.Split(' ')[0]).ToList();
        Assert.Equal(["${SDK_IMAGE}", "${RUNTIME_IMAGE}"], bases);
        foreach (var name in new[] { "SDK_IMAGE", "RUNTIME_IMAGE" })
        {
            var image = Assert.Single(_dockerfile.Instructions, one => one.Name == "ARG" && one.Arguments.StartsWith(name + "=", StringComparison.Ordinal)).Arguments;
            Assert.Matches("=[a-z./]+:10\\.0[a-z0-9.-]*$", image);
        }
    }

    [Fact]
    public void Restore_IsByTheLockFiles_AndThePublishRestoresNothing()
    {
        Assert.Contains(_dockerfile.Instructions, static one => one is ("RUN", "dotnet restore src/Platform.Host --locked-mode"));
        Assert.Contains(" --no-restore ", _dockerfile.Publish, StringComparison.Ordinal);
        Assert.Contains(" -o /app", _dockerfile.Publish, StringComparison.Ordinal);
    }

    // What the build's stage copies from the tree.
    private List<string> Sources() =>
    [
        .. from one in _dockerfile.Instructions
           where one.Name == "COPY" && !one.Arguments.Contains("--from=", StringComparison.Ordinal)
           from source in one.Arguments.Split(' ')[..^1]
           select source.TrimEnd('/'),
    ];

    // What .dockerignore lets through: a line after another, the last that matches decides.
    private static List<string> Context()
    {
        var lines = File.ReadAllLines(Repository.In(".dockerignore")).Where(static line => line.Length > 0 && line[0] != '#').ToList();
        Assert.Equal("*", lines[0]);
        var files = new List<string>();
        foreach (var top in Directory.GetFileSystemEntries(Repository.Root).Where(static path => Path.GetFileName(path) is not (".git" or ".cache")))
        {
            var relative = Path.GetRelativePath(Repository.Root, top);
            var under = lines.Where(line => line.StartsWith('!')).Select(static line => line[1..]).Where(line => line == relative || line.StartsWith(relative + "/", StringComparison.Ordinal));
            foreach (var included in under)
            {
                files.AddRange(File.Exists(Repository.In(included))
                    ? [included]
                    : Directory.GetFiles(Repository.In(included), "*", SearchOption.AllDirectories).Select(static file => Path.GetRelativePath(Repository.Root, file)));
            }
        }

        var excluded = new Matcher();
        excluded.AddIncludePatterns(lines.Skip(1).Where(static line => line[0] != '!').SelectMany(static line => new[] { line, line + "/**" }));
        return [.. files.Where(file => !excluded.Match(file).HasMatches)];
    }

    [GeneratedRegex("Include=\"\\.\\./\\.\\./(?<path>[^\"*]*[^\"*/])")]
    private static partial Regex OutsideReference();

    [GeneratedRegex("(?i)password|token|secret|_key")]
    private static partial Regex SecretName();
}
