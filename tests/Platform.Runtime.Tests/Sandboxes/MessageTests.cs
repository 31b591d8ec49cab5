using Platform.Runtime.Components;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Tests.Sandboxes;

/// <summary>Handlers of messages (<c>fermyon:spin/inbound-redis</c>).</summary>
public sealed class MessageTests
{
    [Theory]
    [InlineData(new byte[] { 0, 7 }, SandboxOutcome.Completed, null)]
    [InlineData(new byte[] { 1, 0 }, SandboxOutcome.HandlerError, "the handler returned an error")]
    [InlineData(new byte[] { 1, 1 }, SandboxOutcome.HandlerError, "the handler returned an error")]
    [InlineData(new byte[] { 1, 2 }, SandboxOutcome.Trap, "invalid discriminant")]
    [InlineData(new byte[] { 2, 0 }, SandboxOutcome.Trap, "invalid discriminant")]
    [InlineData(new byte[] { 0 }, SandboxOutcome.Trap, "outside the guest's memory")]
    [InlineData(new byte[] { 0, 0, 0 }, SandboxOutcome.Trap, "unreachable")]
    [InlineData(new byte[0], SandboxOutcome.Completed, null)]
    public void Message_EndsAsItsHandlerReturns(byte[] message, SandboxOutcome outcome, string? detail)
    {
        var (result, _) = Guests.Send(Guests.Load("messages"), message);
        Assert.Equal(outcome, result.Outcome);
        if (detail is null)
        {
            Assert.Null(result.Detail);
        }
        else
        {
            Assert.Contains(detail, result.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Message_LargerThanTheMemory_Traps()
    {
        var (result, _) = Guests.Send(Guests.Load("messages"), new byte[65_000]);
        Assert.Equal(SandboxOutcome.Trap, result.Outcome);
        Assert.Contains("outside the guest's memory", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_OutOfFuel_IsStopped()
    {
        var (result, _) = Guests.Send(Guests.Load("c-events"), "loop"u8.ToArray(), new SandboxLimits { Fuel = 100_000 });
        Assert.Equal((SandboxOutcome.Fuel, 100_000), (result.Outcome, result.Fuel));
    }

    [Fact]
    public void Message_Written_IsInTheLog()
    {
        var (result, response) = Guests.Send(Guests.Load("c-events"), "error"u8.ToArray());
        Assert.Equal(SandboxOutcome.HandlerError, result.Outcome);
        Assert.Equal("message: error\n", response.Out.ToString());
    }

    [Fact]
    public void Plan_OfAComponentWithBothHandlers_HasBoth()
    {
        var plan = ComponentPlanner.Plan(File.ReadAllBytes(Guests.Path("c-events")));
        Assert.Equal(HandlerKinds.HttpComponent | HandlerKinds.RedisComponent, plan.Kinds);
        Assert.Equal(["handle", "handle-message"], plan.Handlers.Select(static handler => handler.Function).Order(StringComparer.Ordinal));
        Assert.Equal(HandlerKinds.RedisComponent, SandboxEngine.Inspect(File.ReadAllBytes(Guests.Path("messages"))));
    }

    [Fact]
    public void Plan_OfAnotherTypeOfHandler_IsRefused()
    {
        // The byte of list<u8> becomes that of list<s8>.
        var wasm = File.ReadAllBytes(Guests.Path("messages"));
        var list = wasm.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x70, 0x7d]);
        Assert.True(list > 0);
        wasm[list + 1] = 0x7e;
        var refused = Assert.Throws<HandlerRefusedException>(() => ComponentPlanner.Plan(wasm));
        Assert.Equal("fermyon:spin/inbound-redis#handle-message is not of the type func(list<u8>) -> result<_, error>", refused.Message);
    }
}
