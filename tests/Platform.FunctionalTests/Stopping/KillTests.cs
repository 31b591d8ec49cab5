using System.Net;
using System.Net.Http.Json;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;

namespace Platform.FunctionalTests.Stopping;

/// <summary>
/// Attack C3: kill -9 at every step of what changes an app. The app then answers with the old version or the new one in whole; the same request again, by its Idempotency-Key, has the effect once, and what was left to
/// be done in the background is done.
/// </summary>
public abstract class KillTests(KilledPlatform platform)
{
    // In this order; the first three leave nothing but blobs and a claim, the last four have the effect.
    private static readonly string[] DeploySteps =
    [
        "deploy.read:stop", "idempotency.claim:stop", "compile:start", "compile:stop", "commit:start", "commit:stop", "snapshot.refresh:stop", "idempotency.finish:stop",
    ];

    [Fact]
    public async Task Deploy_KilledAtEachStep_IsHadOnceByItsRetry()
    {
        var version = 1;
        await platform.SendAsync(platform.Deploy("web", version), HttpStatusCode.Created);
        foreach (var step in DeploySteps)
        {
            version++;
            var key = $"deploy {version}";

            await platform.KillAtAsync($"{KilledPlatform.Request}/{step}", () => platform.Deploy("web", version, key: key));

            var hadEffect = Array.IndexOf(DeploySteps, step) >= Array.IndexOf(DeploySteps, "commit:stop");
            Assert.Equal(hadEffect ? version : version - 1, await platform.ServedAsync("web"));
            using var retried = await platform.TrySendAsync(platform.Deploy("web", version, key: key));
            using var again = await platform.TrySendAsync(platform.Deploy("web", version, key: key));
            var answer = await PlatformServer.ExpectAsync(retried, HttpStatusCode.Created);
            Assert.Equal(hadEffect, retried.Headers.Contains("Idempotency-Replayed"));
            Assert.Equal(answer.ToJsonString(), (await PlatformServer.ExpectAsync(again, HttpStatusCode.Created)).ToJsonString());
            Assert.Equal((version, version - 1), (answer["version"]!.GetValue<int>(), answer["replaced"]!.GetValue<int>()));
            Assert.Equal(version, await platform.ServedAsync("web"));
            Assert.Equal(Enumerable.Range(1, version).Reverse().Select(number => (number, "ready")), await platform.VersionsAsync("web"));
        }
    }

    [Fact]
    public async Task DeployLater_KilledAtEachStep_BecomesReady()
    {
        var version = 1;
        await platform.SendAsync(platform.Deploy("later", version), HttpStatusCode.Created);
        foreach (var step in (string[])[$"{KilledPlatform.Request}/commit:stop", "deploy.pending/compile:stop", "deploy.pending/commit:stop"])
        {
            version++;
            var key = $"deploy {version} later";

            await platform.KillAtAsync(step, () => platform.Deploy("later", version, "?wait=false", key));

            Assert.InRange(await platform.ServedAsync("later"), version - 1, version);
            var answer = await platform.SendAsync(platform.Deploy("later", version, "?wait=false", key), HttpStatusCode.Accepted);
            Assert.Equal(version, answer["version"]!.GetValue<int>());
            await Waiting.ForAsync(async () => await platform.ServedAsync("later") == version, $"version {version} after {step}");
            Assert.Equal(Enumerable.Range(1, version).Reverse().Select(number => (number, "ready")), await platform.VersionsAsync("later"));
        }
    }

    [Fact]
    public async Task Changes_KilledAfterTheirCommit_AreHadOnceByTheirRetry()
    {
        const string Committed = KilledPlatform.Request + "/commit:stop";
        await platform.SendAsync(platform.Deploy("changed", 1), HttpStatusCode.Created);
        await platform.SendAsync(platform.Deploy("changed", 2), HttpStatusCode.Created);

        // Rollback.
        HttpRequestMessage Rollback() => platform.Api(HttpMethod.Post, "/apps/changed/rollback", key: "rollback");
        await platform.KillAtAsync(Committed, Rollback);
        Assert.Equal(1, await platform.ServedAsync("changed"));
        Assert.Equal(1, (await platform.SendAsync(Rollback()))["version"]!.GetValue<int>());

        // Traffic: a PUT, which any retry repeats.
        HttpRequestMessage Split() => platform.Api(
            HttpMethod.Put, "/apps/changed/traffic", JsonContent.Create(new { splits = new[] { new { version = 2, percent = 100 } } }));
        await platform.KillAtAsync(Committed, Split);
        Assert.Equal(2, await platform.ServedAsync("changed"));

        // A token, which is shown once: by the retry.
        HttpRequestMessage Token() => platform.Api(HttpMethod.Post, "/tokens", JsonContent.Create(new { name = "ci", role = "viewer" }), "token");
        await platform.KillAtAsync(Committed, Token);
        var token = (await platform.SendAsync(Token(), HttpStatusCode.Created))["token"]!.GetValue<string>();
        var viewer = platform.Api(HttpMethod.Get, "/apps");
        viewer.Headers.Remove("Authorization");
        viewer.Headers.Add("Authorization", $"Bearer {token}");
        await platform.SendAsync(viewer);
        var tokens = (await platform.SendAsync(platform.Api(HttpMethod.Get, "/tokens")))["items"]!.AsArray();
        Assert.Equal(1, tokens.Count(item => item!["name"]!.GetValue<string>() == "ci"));
    }

    [Fact]
    public async Task Purge_KilledAtEachStep_EndsByItselfOrByItsRetry()
    {
        foreach (var step in (string[])["commit:stop", "purge:start", "purge:stop"])
        {
            await platform.SendAsync(platform.Deploy("purged", 1), HttpStatusCode.Created);
            HttpRequestMessage Purge() => platform.Api(HttpMethod.Delete, "/apps/purged?purge=true");

            await platform.KillAtAsync($"{KilledPlatform.Request}/{step}", Purge);

            // Marked, it is purged by the platform as it starts; only deleted, it is restorable in whole.
            if (step == "commit:stop")
            {
                Assert.Single((await platform.SendAsync(platform.Api(HttpMethod.Get, "/apps?deleted=true")))["items"]!.AsArray());
                await platform.SendAsync(Purge(), HttpStatusCode.NoContent);
            }

            // The name is free again once all of it is gone.
            await Waiting.ForAsync(
            async () =>
            {
                using var gone = await platform.TrySendAsync(platform.Api(HttpMethod.Post, "/apps/purged/restore"));
                using var deleted = await platform.TrySendAsync(platform.Deploy("purged", 1));
                if (deleted.StatusCode == HttpStatusCode.Conflict)
                {
                    return false;
                }

                Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
                var answer = await PlatformServer.ExpectAsync(deleted, HttpStatusCode.Created);
                return answer["version"]!.GetValue<int>() == 1;
            },
            $"the end of the app after {step}");
            await platform.SendAsync(Purge(), HttpStatusCode.NoContent);
        }
    }
}
