using System.Text;
using Platform.Runtime.Canonical;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;

namespace Platform.Runtime.Tests.Components;

/// <summary>Strings from any of the three encodings to any other, against .NET's own encodings.</summary>
public sealed class GuestTextTests
{
    private static readonly string[] s_alphabets = ["ab\u007f", "a\u0080\u00e9\u00ff", "\u0100\u07ff\u0800\uffff", "a\u00ff\ud83e\udd80\u0100"];

    public static TheoryData<int, int> Forms => new(
        from source in Enum.GetValues<TextForm>()
        from target in Enum.GetValues<TextForm>()
        select ((int)source, (int)target));

    [Theory]
    [MemberData(nameof(Forms))]
    public void Convert_OfAnyText_IsTheSameText(int source, int target)
    {
        var (from, to) = ((TextForm)source, (TextForm)target);
        var random = new Random(4);
        for (var round = 0; round < 500; round++)
        {
            var text = RandomText(random, s_alphabets[round % s_alphabets.Length]);
            if ((from == TextForm.Latin1 || to == TextForm.Latin1) && text.Any(static character => character > 0xff))
            {
                continue;
            }

            var bytes = EncodingOf(from).GetBytes(text);
            GuestText.Check(from, bytes);
            Assert.Equal(text, GuestText.Decode(from, bytes));
            Assert.Equal(text.All(static character => character <= 0xff), GuestText.IsLatin1(from, bytes));
            var converted = new byte[GuestText.CountIn(to, from, bytes)];
            GuestText.Convert(from, bytes, to, converted);
            Assert.Equal(EncodingOf(to).GetBytes(text), converted);
        }
    }

    [Theory]
    [InlineData(TextForm.Utf8, "ff")]
    [InlineData(TextForm.Utf8, "eda080")]
    [InlineData(TextForm.Utf8, "c0af")]
    [InlineData(TextForm.Utf8, "e282")]
    [InlineData(TextForm.Utf16, "3ed8")]
    [InlineData(TextForm.Utf16, "80dd3ed8")]
    [InlineData(TextForm.Utf16, "3ed86100")]
    internal void Check_OfWhatItsEncodingHasNot_Traps(TextForm form, string hex)
    {
        Assert.Throws<GuestTrapException>(() => GuestText.Check(form, Convert.FromHexString(hex)));
        Assert.Throws<GuestTrapException>(() => GuestText.Decode(form, Convert.FromHexString(hex)));
    }

    [Theory]
    [InlineData(StringEncoding.Utf16, "z\u00f6", 2u, 2)]
    [InlineData(StringEncoding.Latin1OrUtf16, "z\u00f6", 2u, 1)]
    [InlineData(StringEncoding.Latin1OrUtf16, "z\u0100", 2u | GuestText.Utf16Tag, 2)]
    internal void Encode_OfAHostText_CountsUnits(StringEncoding encoding, string text, uint length, int unit)
    {
        var bytes = GuestText.Encode(encoding, text, out var counted);
        Assert.Equal((length, text.Length * unit), (counted, bytes.Length));
        var (form, size) = GuestText.Form(encoding, counted);
        Assert.Equal((ulong)bytes.Length, size);
        Assert.Equal(text, GuestText.Decode(form, bytes));
    }

    private static string RandomText(Random random, string alphabet)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1200); i > 0; i--)
        {
            var at = random.Next(alphabet.Length);
            text.Append(char.IsSurrogate(alphabet[at]) ? "\ud83e\udd80" : alphabet[at].ToString());
        }

        return text.ToString();
    }

    private static Encoding EncodingOf(TextForm form) => form switch
    {
        TextForm.Utf8 => Encoding.UTF8,
        TextForm.Utf16 => Encoding.Unicode,
        _ => Encoding.Latin1,
    };
}
