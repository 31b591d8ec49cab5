using Platform.Runtime.Components;
using FunctionType = Platform.Runtime.Components.FunctionType;
using ValueType = Platform.Runtime.Components.ValueType;

namespace Platform.Runtime.Tests.Components;

/// <summary>Shapes of wasi:http/types and wasi:io functions against signatures worked out by hand from the Canonical ABI.</summary>
public sealed class FlatteningTests
{
    private static readonly ValueType s_handle = ValueType.Scalar(ValueKind.U32);
    private static readonly ValueType s_u64 = ValueType.Scalar(ValueKind.U64);
    private static readonly ValueType s_f32 = ValueType.Scalar(ValueKind.F32);
    private static readonly ValueType s_f64 = ValueType.Scalar(ValueKind.F64);
    private static readonly ValueType s_string = ValueType.Text();

    private static readonly ValueType s_method = ValueType.Variant([null, null, null, null, null, null, null, null, null, s_string]);

    // error-code's widest cases: DNS-error (record of two options), field-size-payload (option string, option u32), body size (option u64).
    private static readonly ValueType s_errorCode = ValueType.Variant(
    [
        null,
        ValueType.Record([Option(s_string), Option(s_handle)]),
        Option(ValueType.Record([Option(s_string), Option(s_handle)])),
        Option(s_u64),
    ]);

    public static TheoryData<string, ValueTypes, string, string> Shapes => new()
    {
        { "[constructor]fields: () -> own", new([], s_handle), "() -> (i32)", "() -> (i32)" },
        { "[static]fields.from-list: (list) -> result<own, header-error>", new([s_string], Result(s_handle, s_handle)), "(i32 i32 i32) -> ()", "(i32 i32) -> (i32)" },
        { "[method]fields.get: (borrow, string) -> list", new([s_handle, s_string], s_string), "(i32 i32 i32 i32) -> ()", "(i32 i32 i32) -> (i32)" },
        { "[method]fields.has: (borrow, string) -> bool", new([s_handle, s_string], s_handle), "(i32 i32 i32) -> (i32)", "(i32 i32 i32) -> (i32)" },
        { "[method]fields.append: (borrow, string, list) -> result<_, e>", new([s_handle, s_string, s_string], Result(null, s_handle)), "(i32 i32 i32 i32 i32 i32) -> ()", "(i32 i32 i32 i32 i32) -> (i32)" },
        { "[method]outgoing-request.set-method: (borrow, method) -> result", new([s_handle, s_method], Result(null, null)), "(i32 i32 i32 i32) -> (i32)", "(i32 i32 i32 i32) -> (i32)" },
        { "[method]outgoing-response.set-status-code: (borrow, u16) -> result", new([s_handle, s_handle], Result(null, null)), "(i32 i32) -> (i32)", "(i32 i32) -> (i32)" },
        { "[static]response-outparam.set: (own, result<own, error-code>) -> ()", new([s_handle, Result(s_handle, s_errorCode)], null), "(i32 i32 i32 i32 i64 i32 i32 i32 i32) -> ()", "(i32 i32 i32 i32 i64 i32 i32 i32 i32) -> ()" },
        { "[static]outgoing-body.finish: (own, option<own>) -> result<_, error-code>", new([s_handle, Option(s_handle)], Result(null, s_errorCode)), "(i32 i32 i32 i32) -> ()", "(i32 i32 i32) -> (i32)" },
        { "[method]input-stream.read: (borrow, u64) -> result", new([s_handle, s_u64], Result(s_string, s_handle)), "(i32 i64 i32) -> ()", "(i32 i64) -> (i32)" },
        { "incoming-handler handle: (own, own) -> ()", new([s_handle, s_handle], null), "(i32 i32) -> ()", "(i32 i32) -> ()" },
        { "join f32 with i32", new([Result(s_f32, s_handle)], s_f32), "(i32 i32) -> (f32)", "(i32 i32) -> (f32)" },
        { "join f32 with f64", new([Result(s_f32, s_f64)], s_f64), "(i32 i64) -> (f64)", "(i32 i64) -> (f64)" },
        { "join f64 with f64", new([Result(s_f64, s_f64)], null), "(i32 f64) -> ()", "(i32 f64) -> ()" },
        { "16 parameters stay", new([.. Enumerable.Repeat(s_u64, 16)], null), $"({string.Join(' ', Enumerable.Repeat("i64", 16))}) -> ()", $"({string.Join(' ', Enumerable.Repeat("i64", 16))}) -> ()" },
        { "17 parameters go through memory", new([.. Enumerable.Repeat(s_u64, 17)], s_string), "(i32 i32) -> ()", "(i32) -> (i32)" },
    };

    [Theory]
    [MemberData(nameof(Shapes), DisableDiscoveryEnumeration = true)]
    public void FunctionType_OfTheWasiShapes_FlattensAsTheCanonicalAbiSays(string shape, ValueTypes types, string lowered, string lifted)
    {
        var type = new FunctionType(types.Parameters, types.Result);
        Assert.Equal((shape, lowered), (shape, type.Lowered.ToString()));
        Assert.Equal((shape, lifted), (shape, type.Lifted.ToString()));
    }

    [Fact]
    public void Types_NestedTooDeep_AreRefused()
    {
        var type = s_handle;
        var refused = Assert.Throws<HandlerRefusedException>(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                type = Option(type);
            }
        });
        Assert.Equal(HandlerRefusal.TooLarge, refused.Refusal);
    }

    private static ValueType Option(ValueType some) => ValueType.Variant([null, some]);

    private static ValueType Result(ValueType? ok, ValueType? error) => ValueType.Variant([ok, error]);

    /// <summary>A function's parameters and result.</summary>
    public sealed class ValueTypes
    {
        internal ValueTypes(IReadOnlyList<ValueType> parameters, ValueType? result) => (Parameters, Result) = (parameters, result);

        internal IReadOnlyList<ValueType> Parameters { get; }

        internal ValueType? Result { get; }
    }
}
