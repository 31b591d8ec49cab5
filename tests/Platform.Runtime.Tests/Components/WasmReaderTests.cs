using Platform.Runtime.Components;

namespace Platform.Runtime.Tests.Components;

public sealed class WasmReaderTests
{
    [Theory]
    [InlineData("00", 0u)]
    [InlineData("7f", 127u)]
    [InlineData("8001", 128u)]
    [InlineData("ffffffff0f", uint.MaxValue)]
    [InlineData("8080808000", 0u)]
    public void U32_InFiveBytesOrFewer_IsRead(string hex, uint expected) =>
        Assert.Equal(expected, new WasmReader(Convert.FromHexString(hex), 0).U32());

    [Theory]
    [InlineData("ffffffff1f")]
    [InlineData("808080808000")]
    [InlineData("80")]
    [InlineData("")]
    public void U32_OverlongTooLargeOrCutOff_IsMalformed(string hex)
    {
        var refused = Assert.Throws<HandlerRefusedException>(() => new WasmReader(Convert.FromHexString(hex), 0x10).U32());
        Assert.Equal(HandlerRefusal.Malformed, refused.Refusal);
        Assert.Contains("offset 0x1", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7f", -1L)]
    [InlineData("40", -64L)]
    [InlineData("c000", 64L)]
    [InlineData("8080808078", -2147483648L)]
    public void Signed_Of33Bits_IsSignExtended(string hex, long expected) =>
        Assert.Equal(expected, new WasmReader(Convert.FromHexString(hex), 0).Signed(33));

    [Theory]
    [InlineData("02c328")]
    [InlineData("02c080")]
    [InlineData("03eda080")]
    [InlineData("04f4908080")]
    [InlineData("05616263")]
    [InlineData("ffffffff0f61")]
    public void Name_NotUtf8OrCutOff_IsMalformed(string hex) =>
        Assert.Equal(
            HandlerRefusal.Malformed,
            Assert.Throws<HandlerRefusedException>(() => new WasmReader(Convert.FromHexString(hex), 0).Name()).Refusal);

    [Fact]
    public void Count_BeyondTheBytesLeft_IsMalformedBeforeAnythingIsAllocated() =>
        Assert.Throws<HandlerRefusedException>(() => new WasmReader(Convert.FromHexString("ffffffff0f00"), 0).Count(int.MaxValue, "things"));
}
