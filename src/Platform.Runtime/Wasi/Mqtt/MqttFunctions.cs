using Platform.Runtime.Canonical;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Mqtt;

/// <summary><c>fermyon:spin/mqtt@2.0.0</c>. Its errors: invalid-address, too-many-connections, connection-failed, other.</summary>
internal static class MqttFunctions
{
    private const string Interface = "fermyon:spin/mqtt";

    /// <summary>Registers the interface.</summary>
    public static void Register(HostFunctions functions)
    {
        var error = Abi.Variant(null, null, Abi.Text, Abi.Text);
        functions.AddResource(Interface, "connection", typeof(MqttConnection));
        functions.AddTyped(
            Interface, "[static]connection.open", [Abi.Text, Abi.Text, Abi.Text, Abi.U64], Abi.Result(Abi.Own<MqttConnection>(), error), static (context, arguments) => Try(() =>
            {
                var capabilities = context.Capabilities(ConfigurationKeys.AllowedOutboundHosts) ?? throw new CapabilityException("the component has no allowed_outbound_hosts", failure: CapabilityFailure.Address);
                var connection = capabilities.OpenMqtt((string)arguments[0]!, (string)arguments[1]!, (string)arguments[2]!, (ulong)arguments[3]!);
                context.Keep(connection);
                context.Await(connection.OpenAsync());
                return new MqttConnection(connection);
            }));
        functions.AddTyped(
            Interface, "[method]connection.publish", [Abi.Borrow<MqttConnection>(), Abi.Text, Abi.Bytes, Abi.Enum(3)], Abi.Result(null, error), static (context, arguments) => Try(() =>
            {
                context.Await(((MqttConnection)arguments[0]!).Connection.PublishAsync((string)arguments[1]!, (byte[])arguments[2]!, (int)arguments[3]!));
                return null;
            }));
    }

    private static AbiCase Try(Func<object?> body)
    {
        try
        {
            return AbiCase.Ok(body());
        }
        catch (CapabilityException failure)
        {
            return AbiCase.Error(failure.Failure switch
            {
                CapabilityFailure.Address => new AbiCase(0),
                CapabilityFailure.TooManyConnections => new AbiCase(1),
                CapabilityFailure.Connection => new AbiCase(2, failure.Message),
                _ => new AbiCase(3, failure.Message),
            });
        }
    }
}
