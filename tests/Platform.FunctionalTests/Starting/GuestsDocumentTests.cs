using System.Text.RegularExpressions;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Starting;

/// <summary>The handlers that docs/guests.md shows are those that the tests build and run.</summary>
public sealed partial class GuestsDocumentTests
{
    [Fact]
    public async Task Handlers_ThatTheDocumentShows_AreTheGuests()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/guests.md"));
        var shown = Shown().Matches(document);
        Assert.Equal(8, shown.Count);
        foreach (Match block in shown)
        {
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Repository.Root, block.Groups["file"].Value)), block.Groups["code"].Value);
        }
    }

    [GeneratedRegex("<!-- (?<file>tests/guests/[^ ]+) -->\n```[a-z]+\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shown();
}
