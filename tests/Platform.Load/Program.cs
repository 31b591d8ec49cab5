using System.Diagnostics;
using Platform.Load;
using Platform.Load.Cluster;

// control URL TOKEN-FILE MODULE TENANTS APPS SECONDS RATE: makes the tenants with their apps, sends the mix, checks what it left; prints a table, and fails on any wrong answer.
// soak|connections|noisy|storm|density GATEWAY,GATEWAY TOKEN-FILE MODULE ...: on a cluster, see the scenario.
if (args is ["soak" or "connections" or "noisy" or "storm" or "density", var gateways, var tokenFile, var module, ..])
{
    using var cluster = await ClusterCommand.OpenAsync(gateways, tokenFile, module);
    return await (args[0] switch
    {
        "soak" => Soak.RunAsync(cluster, args[4..]),
        "connections" => Connections.RunAsync(cluster, args[4..]),
        "noisy" => Noisy.RunAsync(cluster, [.. args[4..], tokenFile]),
        "storm" => Storm.RunAsync(cluster, args[4..]),
        _ => Density.RunAsync(cluster, args[4..]),
    });
}

if (args is not ["control", _, _, _, _, _, _, _])
{
    Console.Error.WriteLine("usage: Platform.Load control URL TOKEN-FILE MODULE TENANTS APPS SECONDS RATE, or SCENARIO GATEWAYS TOKEN-FILE MODULE ...");
    return 2;
}

args = args[1..];
var numbers = args[3..].Select(static text => int.Parse(text, null)).ToArray();
var (tenants, apps, seconds, rate) = (numbers[0], numbers[1], numbers[2], numbers[3]);
using var client = new ControlClient(new Uri(args[0]), (await File.ReadAllTextAsync(args[1])).Trim(), await File.ReadAllBytesAsync(args[2]));

var begun = Stopwatch.GetTimestamp();
var population = await Population.CreateAsync(client, tenants, apps);
Console.Error.WriteLine($"control: {tenants} tenants of {apps} apps, {population.Versions} versions in {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s");

var mix = new Mix(client, population);
using (var warm = new OpenLoop())
{
    await warm.RunAsync(mix.Next, rate, TimeSpan.FromSeconds(Math.Min(10, seconds)));
    warm.ThrowIfAnyFailed();
}

using var loop = new OpenLoop();
await loop.RunAsync(mix.Next, rate, TimeSpan.FromSeconds(seconds));
loop.Print(Console.Out);
loop.ThrowIfAnyFailed();

await population.CheckAsync(client);
Console.WriteLine($"{population.Versions} versions of {tenants * apps} apps: none lost, none twice, no gap, the newest live.");
return 0;
