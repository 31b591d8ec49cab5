using System.Net.Security;
using Platform.Host.Startup;

namespace Platform.Host.Tls;

/// <summary>
/// The operator's certificate, read again when its files change. What can't be used (half-written, the key not yet replaced, expired) leaves the old one in place, with one warning for each such content.
/// </summary>
internal sealed partial class OperatorCertificate : BackgroundService
{
    // A look is two small files read. Polled rather than watched: the kernel tells nothing of a link above the file that is swapped, which is how Kubernetes renews a mounted secret.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly CertificateFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger<OperatorCertificate> _logger;
    private byte[] _certificate;
    private byte[]? _key;
    private string? _problem;
    private volatile SslStreamCertificateContext _current;

    /// <summary>Reads it.</summary>
    /// <exception cref="StartupException">It can't be used.</exception>
    public OperatorCertificate(CertificateFiles files, TimeProvider time, ILogger<OperatorCertificate> logger)
    {
        _files = files;
        _time = time;
        _logger = logger;
        (_certificate, _key) = files.Read();
        _current = files.Load(_certificate, _key);
    }

    /// <summary>The one that handshakes get.</summary>
    public SslStreamCertificateContext Current => _current;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Look();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private void Look()
    {
        try
        {
            var (certificate, key) = _files.Read();
            if (certificate.AsSpan().SequenceEqual(_certificate) && key.AsSpan().SequenceEqual(_key))
            {
                return;
            }

            (_certificate, _key) = (certificate, key);
            _current = _files.Load(certificate, key);
            _problem = null;
            LogChanged(_current.TargetCertificate.Thumbprint, _current.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (StartupException e)
        {
            if (e.Message != _problem)
            {
                _problem = e.Message;
                LogUnusable(e.Message);
            }
        }
    }

    [LoggerMessage(3441, LogLevel.Information, "The operator's certificate is now {Thumbprint}, valid until {Expires:u}")]
    private partial void LogChanged(string thumbprint, DateTime expires);

    [LoggerMessage(3442, LogLevel.Warning, "{Problem}; the certificate read before stays in use")]
    private partial void LogUnusable(string problem);
}
