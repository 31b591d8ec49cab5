using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;

namespace Platform.Control.Domains;

/// <summary>TXT records from the configured resolvers (<c>Platform:Dns:Servers</c>), else from the machine's. Nothing is cached here: who has just made a record wants it seen.</summary>
internal sealed class DnsTxtLookup : ITxtLookup
{
    private readonly Lazy<LookupClient> _client;

    // Made at the first question: the machine's resolvers are looked for by then, and a machine without any still starts.
    public DnsTxtLookup(ControlOptions options) => _client = new Lazy<LookupClient>(() => new LookupClient(
        new LookupClientOptions([.. options.DnsServers.Select(static server => new NameServer(server))])
        {
            AutoResolveNameServers = options.DnsServers.Count == 0,
            UseCache = false,
            Timeout = TimeSpan.FromSeconds(3),
            Retries = 2,
            ThrowDnsErrors = false,
        }));

    public async Task<IReadOnlyList<string>?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _client.Value.QueryAsync(name + ".", QueryType.TXT, QueryClass.IN, cancellationToken);
            return answer.Header.ResponseCode switch
            {
                DnsHeaderResponseCode.NoError => [.. answer.Answers.OfType<TxtRecord>().Select(static record => string.Concat(record.Text))],
                DnsHeaderResponseCode.NotExistentDomain => [],
                _ => null,
            };
        }
        catch (Exception e) when (e is DnsResponseException or SocketException or InvalidOperationException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
