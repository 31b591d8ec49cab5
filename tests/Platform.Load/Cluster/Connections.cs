using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Platform.Load.Cluster;

/// <summary>D1: many keep-alive connections to one gateway, all open at once, each used again and again.</summary>
internal static class Connections
{
    private const int Opening = 200;

    /// <summary>COUNT ROUNDS: fails on any wrong answer.</summary>
    public static async Task<int> RunAsync(ClusterCommand cluster, string[] args)
    {
        var (count, rounds) = (int.Parse(args[0], null), int.Parse(args[1], null));
        var tenant = await cluster.CreateTenantAsync($"many-{Environment.ProcessId}", 8);
        var gateway = new Uri(cluster.Urls[0]);
        var requests = tenant.Apps.Select(app => Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {ClusterCommand.HostOf(tenant, app)}\r\n\r\n")).ToArray();
        var sockets = new Socket[count];
        var failed = 0;
        try
        {
            var since = Stopwatch.GetTimestamp();
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Opening }, async (i, _) =>
            {
                sockets[i] = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await sockets[i].ConnectAsync(gateway.Host, gateway.Port);
            });
            Console.WriteLine($"{count} connections opened in {Stopwatch.GetElapsedTime(since).TotalSeconds:F1} s");
            for (var round = 0; round < rounds; round++)
            {
                since = Stopwatch.GetTimestamp();
                await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Opening }, async (i, _) =>
                {
                    if (!await AskAsync(sockets[i], requests[i % requests.Length]))
                    {
                        Interlocked.Increment(ref failed);
                    }
                });
                Console.WriteLine($"round {round + 1}: a request on each in {Stopwatch.GetElapsedTime(since).TotalSeconds:F1} s, {failed} failed so far");
            }
        }
        finally
        {
            Array.ForEach(sockets, static socket => socket?.Dispose());
        }

        return failed == 0 ? 0 : 1;
    }

    private static async Task<bool> AskAsync(Socket socket, byte[] request)
    {
        try
        {
            await socket.SendAsync(request);
            var buffer = new byte[4096];
            var read = 0;
            while (read < buffer.Length)
            {
                var some = await socket.ReceiveAsync(buffer.AsMemory(read));
                read += some;
                var text = Encoding.ASCII.GetString(buffer, 0, read);
                if (text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal) || (text.Contains("Content-Length", StringComparison.Ordinal) && text.EndsWith(ClusterCommand.Hello, StringComparison.Ordinal)))
                {
                    return text.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) && text.Contains(ClusterCommand.Hello, StringComparison.Ordinal);
                }

                if (some == 0)
                {
                    return false;
                }
            }

            return false;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
