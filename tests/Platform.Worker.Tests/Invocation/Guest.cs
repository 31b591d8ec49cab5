using System.Text;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Tests.Invocation;

/// <summary>What a guest does, in the runtime's terms.</summary>
internal static class Guest
{
    public static SandboxOutcome Answer(SandboxRequest request, string body, int status = 200, params (string Name, string Value)[] headers)
    {
        Start(request, status, headers);
        Write(request, Encoding.UTF8.GetBytes(body));
        request.Response.Complete([]);
        return SandboxOutcome.Completed;
    }

    public static void Start(SandboxRequest request, int status, params (string Name, string Value)[] headers) =>
        request.Response.Start(status, [.. headers.Select(static header => new HeaderField(header.Name, header.Value))]);

    /// <summary>Writes all, waiting as the runtime does; false when the client is gone.</summary>
    public static bool Write(SandboxRequest request, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (request.Aborted.IsCancellationRequested)
            {
                return false;
            }

            var writable = request.Response.WritableBytes;
            if (writable == 0)
            {
                using var ready = new ManualResetEventSlim();
                request.Response.OnWritable(ready.Set);
                if (!Wait(request, ready))
                {
                    return false;
                }

                continue;
            }

            var count = Math.Min(writable, bytes.Length);
            request.Response.Write(bytes[..count]);
            bytes = bytes[count..];
        }

        return true;
    }

    /// <summary>Waits without the permit; false when the client is gone.</summary>
    public static bool Wait(SandboxRequest request, ManualResetEventSlim ready)
    {
        request.Permit.Release();
        try
        {
            Assert.True(ready.Wait(TimeSpan.FromSeconds(20), request.Aborted), "the wait ended");
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            request.Permit.Acquire();
        }
    }

    /// <summary>Reads the body to its end.</summary>
    public static byte[] ReadAll(SandboxRequest request)
    {
        using var all = new MemoryStream();
        while (request.Body is { } body)
        {
            using var ready = new ManualResetEventSlim();
            var read = body.ReadAsync();
            var task = read.AsTask();
            task.ContinueWith(_ => ready.Set(), TaskScheduler.Default);
            Wait(request, ready);
            var result = task.GetAwaiter().GetResult();
            foreach (var segment in result.Buffer)
            {
                all.Write(segment.Span);
            }

            body.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        return all.ToArray();
    }
}
