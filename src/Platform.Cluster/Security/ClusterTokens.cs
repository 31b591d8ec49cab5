using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Cluster.Security;

/// <summary>Short-lived tokens (JWT, HS256) by which processes of a cluster know each other. Thread-safe.</summary>
public sealed class ClusterTokens
{
    /// <summary>The header that carries one: <c>Authorization</c> belongs to the client's request.</summary>
    public const string HeaderName = "platform-internal-token";

    private const string Audience = "platform-internal";
    private const string RolesClaim = "roles";

    /// <summary>How many seen tokens are remembered; more begin anew.</summary>
    private const int MaxSeen = 10_000;

    // A process whose clock is stepped by ten minutes goes on being heard, and hearing.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(29);

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly ClusterOptions _options;
    private readonly TimeProvider _time;
    private readonly TokenValidationParameters _validation;

    // A gateway says the same token with every request for a minute: it is checked once.
    private readonly ConcurrentDictionary<string, Known> _seen = new(StringComparer.Ordinal);
    private volatile Issued? _issued;

    /// <param name="options">The process and its keys.</param>
    /// <param name="time">The clock.</param>
    public ClusterTokens(ClusterOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        _validation = new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            ValidAudience = Audience,
            ValidateIssuer = false,
            RequireExpirationTime = true,
            ValidateLifetime = true,
            LifetimeValidator = (_, expires, _, _) => expires is { } end && time.GetUtcNow() < end + Skew,
            IssuerSigningKeys = [Signing(options.Key), .. options.OtherKey is { } previous ? [Signing(previous)] : Array.Empty<SecurityKey>()],
        };
    }

    /// <summary>This process's token for now.</summary>
    public string Current
    {
        get
        {
            var now = _time.GetUtcNow();
            var issued = _issued;
            if (issued is null || issued.RenewAt <= now || issued.RenewAt > now + RenewAfter)
            {
                _issued = issued = new Issued(Issue(now), now + RenewAfter);
            }

            return issued.Token;
        }
    }

    /// <summary>Who says a token; null when it is none of this cluster's, or too old.</summary>
    public async ValueTask<InternalCaller?> ReadAsync(string token)
    {
        var now = _time.GetUtcNow();
        if (_seen.TryGetValue(token, out var known))
        {
            if (now < known.Until)
            {
                return known.Caller;
            }

            _seen.TryRemove(token, out _);
            return null;
        }

        var result = await _handler.ValidateTokenAsync(token, _validation);
        if (!result.IsValid
            || result.SecurityToken is not JsonWebToken { Subject.Length: > 0 } read
            || !read.TryGetPayloadValue<int>(RolesClaim, out var roles))
        {
            return null;
        }

        if (_seen.Count >= MaxSeen)
        {
            _seen.Clear();
        }

        var caller = new InternalCaller(read.Subject, (NodeRoles)roles);
        _seen[token] = new Known(caller, new DateTimeOffset(read.ValidTo) + Skew);
        return caller;
    }

    private string Issue(DateTimeOffset now) => _handler.CreateToken(new SecurityTokenDescriptor
    {
        Audience = Audience,
        Subject = new ClaimsIdentity([new Claim("sub", _options.NodeId)]),
        Claims = new Dictionary<string, object> { [RolesClaim] = (int)_options.Roles },
        IssuedAt = now.UtcDateTime,
        NotBefore = (now - Skew).UtcDateTime,
        Expires = (now + Lifetime).UtcDateTime,
        SigningCredentials = new SigningCredentials(Signing(_options.Key), SecurityAlgorithms.HmacSha256),
    });

    private static SymmetricSecurityKey Signing(ClusterKey key) => new(key.TokenKey);

    private sealed record Issued(string Token, DateTimeOffset RenewAt);

    private sealed record Known(InternalCaller Caller, DateTimeOffset Until);
}
