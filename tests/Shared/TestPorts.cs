using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Platform.Testing;

/// <summary>
/// Ports of 127.0.0.1 for servers that have to be told theirs ahead, or that come back where they were. They lie below those that the system gives to whoever asks for any (a connection's own end among them), and each test process
/// has blocks of its own, by a lock that ends with it.
/// </summary>
internal static class TestPorts
{
    /// <summary>Ports of a block, in a row.</summary>
    public const int BlockSize = 20;

    private const int First = 12_000, Blocks = 400;

    private static readonly Lock Guard = new();
    private static readonly List<FileStream> Locks = [];
    private static readonly Queue<int> Ready = new();

    /// <summary>One that nobody listens on.</summary>
    public static int Next()
    {
        lock (Guard)
        {
            if (Ready.Count == 0)
            {
                Enumerable.Range(NextBlock(), BlockSize).ToList().ForEach(Ready.Enqueue);
            }

            return Ready.Dequeue();
        }
    }

    /// <summary>The first of <see cref="BlockSize"/> that nobody listens on.</summary>
    public static int NextBlock()
    {
        var directory = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "platform-test-ports")).FullName;
        for (var i = 0; i < Blocks; i++)
        {
            var first = First + (Random.Shared.Next(Blocks) * BlockSize);
            if (TryLock(Path.Combine(directory, first.ToString(CultureInfo.InvariantCulture))) is { } held)
            {
                lock (Guard)
                {
                    Locks.Add(held);
                }

                if (Enumerable.Range(first, BlockSize).All(IsFree))
                {
                    return first;
                }
            }
        }

        throw new InvalidOperationException($"no {BlockSize} free ports in a row from {First} on");
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
