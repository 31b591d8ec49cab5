using Platform.Host.Startup;

namespace Platform.Host.Commands;

/// <summary>Asks a platform for its health, for orchestrators whose check is a command: the image has no other program.</summary>
internal static class HealthCommand
{
    // Below what such checks are given (5 s in deploy/Dockerfile): the reason is said before the command is killed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Writes the answer when it is that all is well.</summary>
    /// <exception cref="StartupException">It is another, or there is none; the message says which.</exception>
    public static async Task RunAsync(Uri url, TextWriter output)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var response = await client.GetAsync(url);
            var answer = $"{url}: {(int)response.StatusCode} {OneLine.Of(await response.Content.ReadAsStringAsync())}";
            if (!response.IsSuccessStatusCode)
            {
                throw new StartupException(answer);
            }

            output.WriteLine(answer);
        }
        catch (HttpRequestException e)
        {
            throw new StartupException($"{url}: {OneLine.Of(e.Message)}");
        }
        catch (OperationCanceledException)
        {
            throw new StartupException($"{url}: no answer within {Patience.TotalSeconds:0} s");
        }
    }
}
