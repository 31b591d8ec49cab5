using System.Text.RegularExpressions;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Starting;

/// <summary>The commands of docs/api.md, run by bash one after the other on a platform; what one sets, the next ones have.</summary>
internal sealed partial class DocsCommands
{
    // Keeps what each call got beside what the command does with it.
    private const string Recording =
        """
        curl() { local call; call="$OUT/$(date +%s%N)"; mkdir "$call"; command curl --dump-header "$call/head" "$@" | tee "$call/body"; return "${PIPESTATUS[0]}"; }
        """;

    private readonly string _directory;
    private readonly string _text;
    private readonly string _variables;

    /// <param name="platform">Where they go.</param>
    /// <param name="directory">Where they run; the platform's data directory is <c>.platform</c> in it.</param>
    /// <param name="values">What to write instead of something in them.</param>
    public DocsCommands(PlatformServer platform, string directory, IReadOnlyDictionary<string, string>? values = null)
    {
        _directory = directory;
        foreach (var name in (string[])["docs", "tests"])
        {
            Directory.CreateSymbolicLink(Path.Combine(directory, name), Path.Combine(Repository.Root, name));
        }

        _text = File.ReadAllText(Path.Combine(Repository.Root, "docs/api.md")).Replace("http://127.0.0.1:8080", platform.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        foreach (var (value, other) in values ?? new Dictionary<string, string>())
        {
            Assert.Contains(value, _text, StringComparison.Ordinal);
            _text = _text.Replace(value, other, StringComparison.Ordinal);
        }

        _variables = string.Join(' ', Variable().Matches(_text).Select(match => match.Groups["name"].Value).Distinct());
    }

    /// <summary>What the commands have set, by name.</summary>
    public IReadOnlyDictionary<string, string> State =>
        Declared().Matches(File.ReadAllText(Path.Combine(_directory, "state"))).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);

    /// <summary>Every operation with its commands, in order.</summary>
    public IEnumerable<(string Operation, string Commands)> All => Block().Matches(_text).Select(block => (block.Groups["operation"].Value, block.Groups["commands"].Value));

    /// <summary>Sets what all commands need.</summary>
    public Task BeginAsync() => RunAsync(Prelude().Match(_text).Groups["commands"].Value);

    /// <summary>Runs commands; of each call the directory with what it got, the last one last.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(string commands)
    {
        var answers = Directory.CreateDirectory(Path.Combine(_directory, $"answers-{Guid.NewGuid():N}")).FullName;
        var script = Path.Combine(_directory, "script");
        await File.WriteAllTextAsync(script, $"""
            set -euo pipefail
            OUT={answers}
            {Recording}
            touch state
            . ./state
            {commands}
            declare -p {_variables} 2>/dev/null > state || true
            """);
        await using var process = ServerProcess.Start("bash", [script], [], _directory);
        Assert.True(await process.WaitForExitAsync() == 0, $"{commands}\n{process.Output}\n{process.Errors}");
        return [.. Directory.EnumerateDirectories(answers).Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex("```bash\n(?<commands>API=.*?)```", RegexOptions.Singleline)]
    private static partial Regex Prelude();

    [GeneratedRegex("### (?<operation>[A-Za-z]+)\n\n`[A-Z]+ /[^\n]*\n\n(?:Takes [^\n]*\n\n)?```bash\n(?<commands>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^(?<name>[A-Z_0-9]+)=", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex("^declare -- (?<name>[A-Z_0-9]+)=\"(?<value>[^\"]*)\"", RegexOptions.Multiline)]
    private static partial Regex Declared();
}
