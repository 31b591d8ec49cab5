using Platform.Contracts.Invocation;

namespace Platform.Contracts.Tests.Invocation;

public class OutcomeHeaderTests
{
    [Fact]
    public void Outcome_OfEveryStatus_IsReadAsItWasWritten()
    {
        var statuses = Enum.GetValues<InvocationStatus>();
        Assert.Equal(statuses.Length, statuses.Select(OutcomeHeader.NameOf).Distinct(StringComparer.Ordinal).Count());
        foreach (var status in statuses)
        {
            InvocationOutcome[] outcomes = [new(status), new(status, RetryAfterSeconds: 7), new(status, RetryAfterSeconds: 1, ClientFault: 413)];
            Assert.All(outcomes, static outcome => Assert.Equal(outcome, OutcomeHeader.Parse(OutcomeHeader.Format(outcome))));
        }

        Assert.Equal("capacity; retry-after=1", OutcomeHeader.Format(new InvocationOutcome(InvocationStatus.Capacity, RetryAfterSeconds: 1)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Guest")]
    [InlineData("else")]
    [InlineData("guest;retry-after=1")]
    [InlineData("guest; retry-after")]
    [InlineData("guest; retry-after=-1")]
    public void Outcome_ThatIsNone_IsNull(string text) => Assert.Null(OutcomeHeader.Parse(text));

    /// <summary>A later version may say more.</summary>
    [Fact]
    public void Outcome_WithAnotherParameter_IsRead() => Assert.Equal(new InvocationOutcome(InvocationStatus.Fuel), OutcomeHeader.Parse("fuel; more=1"));
}
