using System.Globalization;
using System.Text.RegularExpressions;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Load;

/// <summary>The load scenarios in a short form: that they run to their end and print every row, not how fast anything is.</summary>
[Collection(nameof(LoadScriptTests))]
[CollectionDefinition(nameof(LoadScriptTests), DisableParallelization = true)]
public sealed partial class LoadScriptTests
{
    [Fact]
    public async Task Compare_OneSecondEach_PrintsEveryServersRatio()
    {
        var output = await Shell.RunAsync("load.sh", "compare", "1", "1");
        var rows = Row().Matches(output);
        Assert.Equal(5, rows.Count);
        Assert.All(rows, row => Assert.True(double.Parse(row.Groups["rps"].Value, CultureInfo.InvariantCulture) > 0, row.Value));
        Assert.Equal("1.00", rows[0].Groups["ratio"].Value);
    }

    [Fact]
    public async Task Containers_ThreeApps_FillsEveryCell()
    {
        var output = await Shell.RunAsync("load.sh", "containers", "3", "1", "1");
        var table = output.Split('\n').Where(line => line.StartsWith('|')).ToArray();
        Assert.Equal(11, table.Length);
        Assert.All(table, line => Assert.DoesNotContain(line.Trim('|').Split('|'), string.IsNullOrWhiteSpace));
        Assert.Contains("3 apps deployed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runtime_OneRequestEach_MeasuresEveryGuest()
    {
        var output = await Shell.RunAsync("load.sh", "runtime", "--job", "Dry", "--inProcess");
        Assert.Contains("| Request | c-hello", output, StringComparison.Ordinal);
        Assert.Contains("| Request | c-libc", output, StringComparison.Ordinal);
        Assert.Contains("| Request | js-fetch", output, StringComparison.Ordinal);
        Assert.DoesNotContain("| NA", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Telemetry_OneSecondEach_CountsAndKeepsWhatItMeasures()
    {
        var output = await Shell.RunAsync("load.sh", "telemetry", "1", "1");
        var rows = output.Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).Select(static line => line.Trim('|', ' ').Split(" | ")).ToList();
        Assert.Equal(["with telemetry", "without", "ratio"], rows.Select(static row => row[0]));
        Assert.All(rows, static row => Assert.True(double.Parse(row[1], CultureInfo.InvariantCulture) > 0, row[0]));
    }

    [Fact]
    public async Task Upgrade_ThisProgramTwice_GivesNoWrongAnswer()
    {
        var output = await Shell.RunAsync("load.sh", "upgrade", ".", "1");
        Assert.Matches(@"upgrade: [1-9]\d* turns in 1 s, [1-9]\d* versions, no wrong answer", output);
    }

    [Fact]
    public async Task Control_FiftyTenantsOfFourApps_EveryAnswerIsRightAndNoDeployIsLost()
    {
        var output = await Shell.RunAsync("load.sh", "control", "50", "4", "5", "50");
        Assert.Contains("0 wrong answers", output, StringComparison.Ordinal);
        Assert.Contains("of 200 apps: none lost, none twice, no gap, the newest live.", output, StringComparison.Ordinal);
        foreach (var kind in (string[])["deploy a compiled module", "get an app", "list a tenant's apps", "list versions", "list a tenant's audit trail"])
        {
            Assert.Matches($@"\| {kind} \| [1-9]\d* \|", output);
        }

        Assert.Matches(@"\| all \| 250 \|", output);
        Assert.Contains("Started again with all of them", output, StringComparison.Ordinal);
    }

    // | server | requests/s | of bare Kestrel | p50 | p99 | memory |
    [GeneratedRegex(@"^\| [^|]+ \| (?<rps>\d+) \| (?<ratio>\d\.\d\d) \| [\d.]+[mu]?s \| [\d.]+[mu]?s \| \d+ MiB \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
