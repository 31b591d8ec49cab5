using System.Buffers;
using System.Net;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Outbound;

namespace Platform.Worker.Capabilities.Mqtt;

/// <summary>
/// One guest's connection to a broker, at the address that was checked. Not pooled: a session belongs to one client identifier, and a broker ends the first of two with the same.
/// </summary>
internal sealed class BrokerConnection(OutboundConnector connector, ServerAddress server, string user, string password, ulong keepAliveSeconds) : IMqttConnection
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly CancellationTokenSource _closing = new();
    private Task _last = Task.CompletedTask;

    public Task OpenAsync() => Run(async cancellationToken =>
    {
        try
        {
            var address = await connector.FindAsync(server.Host, server.Port, cancellationToken);
            var options = new MqttClientOptionsBuilder()
                .WithEndPoint(new IPEndPoint(address, server.Port))
                .WithClientId(server.Parameters().GetValueOrDefault("client_id", Guid.NewGuid().ToString("n")))
                .WithKeepAlivePeriod(TimeSpan.FromSeconds(Math.Clamp(keepAliveSeconds, 1, ushort.MaxValue)))
                .WithTimeout(OutboundConnector.DefaultConnectTimeout);
            if (user.Length > 0)
            {
                options.WithCredentials(user, password);
            }

            if (server.Scheme == "mqtts")
            {
                options.WithTlsOptions(tls => tls.UseTls().WithTargetHost(server.Host));
            }

            var result = await _client.ConnectAsync(options.Build(), cancellationToken);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
            {
                throw new CapabilityException($"the broker refused the connection: {result.ResultCode}", failure: CapabilityFailure.Connection);
            }
        }
        catch (OutboundException denied) when (denied.Code == HttpErrorCode.DestinationIpProhibited)
        {
            throw new CapabilityException("the broker's address is out of bounds here", denied, CapabilityFailure.Connection);
        }
        catch (Exception failure) when (failure is OutboundException or MqttCommunicationException or TimeoutException or IOException)
        {
            throw new CapabilityException(failure is OutboundException ? "the broker's name can't be resolved" : failure.Message, failure, CapabilityFailure.Connection);
        }
    });

    public Task PublishAsync(string topic, byte[] payload, int quality) => Run(async cancellationToken =>
    {
        try
        {
            var message = new MqttApplicationMessage
            {
                Topic = topic,
                Payload = new ReadOnlySequence<byte>(payload),
                QualityOfServiceLevel = (MqttQualityOfServiceLevel)quality,
            };
            var result = await _client.PublishAsync(message, cancellationToken);
            if (!result.IsSuccess)
            {
                throw new CapabilityException($"the broker refused the message: {result.ReasonCode}");
            }
        }
        catch (Exception failure) when (failure is MqttCommunicationException or MqttProtocolViolationException or TimeoutException or IOException or InvalidOperationException or ArgumentException)
        {
            throw new CapabilityException(failure.Message, failure);
        }
    });

    public void Dispose()
    {
        _closing.Cancel();
        _last.ContinueWith(_ => CloseAsync(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    // Off the guest's thread, which holds a run permit and does one thing at a time.
    private Task Run(Func<CancellationToken, Task> operation) => _last = Task.Run(() => operation(_closing.Token), CancellationToken.None);

    // A client that says goodbye leaves no will to publish; one that can't is only closed.
    private async Task CloseAsync()
    {
        await _client.TryDisconnectAsync();
        _client.Dispose();
    }
}
