using System.Text;
using Platform.Contracts.Http;
using Platform.Contracts.Snapshots;

namespace Platform.Control.Domains;

/// <summary>Looks for the proof that a domain is its claimant's: first in the DNS, then by HTTP.</summary>
internal sealed class DomainChecker(ITxtLookup txt, ISafeHttpFetcher http)
{
    private const int MaxBodyBytes = 1 << 10;

    private static readonly TimeSpan HttpTimeout = TimeSpan.FromSeconds(10);

    public static string RecordName(string domain) => "_platform-challenge." + domain;

    public static Uri Url(string domain) => new($"http://{domain}{DomainSnapshot.ChallengePath}");

    public async Task<DomainCheck> CheckAsync(string domain, string token, CancellationToken cancellationToken)
    {
        var texts = await txt.FindAsync(RecordName(domain), cancellationToken);
        if (texts?.Any(text => text.Trim() == token) == true)
        {
            return new DomainCheck("dns", null, true);
        }

        var answer = await http.GetAsync(Url(domain), MaxBodyBytes, HttpTimeout, cancellationToken);
        if (answer.Status == 200 && Encoding.ASCII.GetString(answer.Body.Span).Trim() == token)
        {
            return new DomainCheck("http", null, true);
        }

        var dns = texts is null ? "the DNS gave no answer for {0}" : texts.Count == 0 ? "{0} has no TXT record" : "{0} has other TXT records";
        var web = answer.Status is { } status ? status == 200 ? "{1} answered something else" : $"{{1}} answered with status {status}" : "{1} didn't answer";
        return new DomainCheck(null, string.Format(null, $"{dns}; {web}.", RecordName(domain), Url(domain)), texts is not null);
    }
}
