namespace Platform.Contracts.Http;

/// <summary>Gets something small by HTTP from wherever a tenant says: from public addresses only, unless the operator allows others for guests too.</summary>
public interface ISafeHttpFetcher
{
    /// <summary>Gets it without following redirects. A failure is an answer too.</summary>
    /// <param name="url">What to get.</param>
    /// <param name="maxBytes">What is read of the body at most.</param>
    /// <param name="timeout">For all of it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task<SafeHttpAnswer> GetAsync(Uri url, int maxBytes, TimeSpan timeout, CancellationToken cancellationToken);
}
