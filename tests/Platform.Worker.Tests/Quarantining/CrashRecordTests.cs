using System.Runtime.Intrinsics;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Worker.Quarantining;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Quarantining;

/// <summary>Attack C15, process by process: what one leaves in the journal is what it ended with.</summary>
public sealed class CrashRecordTests : IDisposable
{
    private static readonly string s_killer = new('a', 64), s_other = new('b', 64);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Module_ThatThreeProcessesEndedWith_IsInQuarantine_AndStaysThere()
    {
        for (var crash = 0; crash < 3; crash++)
        {
            using var process = Start();
            Assert.False(process.IsQuarantined(s_killer));
            Run(process, 0, s_other, ends: true);
            Run(process, 1, s_killer, ends: false);
        }

        for (var start = 0; start < 2; start++)
        {
            using var process = Start();
            Assert.True(process.IsQuarantined(s_killer));
            Assert.False(process.IsQuarantined(s_other));
            Assert.Equal(1, process.Count);
        }
    }

    [Fact]
    public void Module_OnManyThreads_IsOneCrash()
    {
        using (var process = Start())
        {
            Run(process, 0, s_killer, ends: false);
            Run(process, 1, s_killer, ends: false);
            Run(process, 3, s_killer, ends: false);
        }

        using var next = Start();
        Assert.False(next.IsQuarantined(s_killer));
    }

    [Fact]
    public void Module_ThatRanWellInBetween_BeginsAnew()
    {
        for (var crash = 0; crash < 5; crash++)
        {
            using var process = Start();
            Assert.False(process.IsQuarantined(s_killer));
            if (crash % 2 == 0)
            {
                process.Proven(s_killer);
            }

            Run(process, 0, s_killer, ends: false);
        }
    }

    [Fact]
    public void Process_ThatEndsWell_LeavesNobodyUnderSuspicion()
    {
        for (var stop = 0; stop < 4; stop++)
        {
            using var process = Start();
            Assert.False(process.IsQuarantined(s_killer));
            Run(process, 0, s_killer, ends: false);
            process.EndedWell();
        }
    }

    [Fact]
    public void Engine_Another_ForgetsWhatWasOfTheOneBefore()
    {
        for (var crash = 0; crash < 3; crash++)
        {
            using var process = Start();
            Run(process, 0, s_killer, ends: false);
        }

        using var other = Start("engine 2");
        Assert.False(other.IsQuarantined(s_killer));
    }

    [Theory, InlineData("crashes.json", "{ not json"), InlineData("running", "short"), InlineData("running", "")]
    public void Files_ThatAreBroken_AreForgotten(string name, string content)
    {
        File.WriteAllText(_directory.Combine(name), content);
        using var process = Start();
        Assert.Equal(0, process.Count);
    }

    private CrashRecord Start(string engine = "engine 1") => new(_directory.Path, engine, threads: 4, NullLogger.Instance);

    private static void Run(CrashRecord process, int thread, string sha256, bool ends)
    {
        process.Journal.Begin(thread, Vector256.Create<byte>(Convert.FromHexString(sha256)));
        if (ends)
        {
            process.Journal.End(thread);
        }
    }
}
