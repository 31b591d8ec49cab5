using Platform.Runtime.Canonical;
using Platform.Runtime.Components;
using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Config;

/// <summary>
/// The component's variables: <c>wasi:config/store</c> (drafts of 0.2.0; <c>runtime</c> is its name before September 2024) and <c>fermyon:spin/variables@2.0.0</c>.
/// </summary>
internal static class VariableFunctions
{
    /// <summary>Registers both interfaces.</summary>
    public static void Register(HostFunctions functions)
    {
        var error = Abi.Variant(Abi.Text, Abi.Text);
        foreach (var name in (string[])["wasi:config/store", "wasi:config/runtime"])
        {
            functions.AddTyped(name, "get", [Abi.Text], Abi.Result(Abi.Option(Abi.Text), error), Get);
            functions.AddTyped(name, "get-all", [], Abi.Result(Abi.List(Abi.Tuple(Abi.Text, Abi.Text)), error), GetAll);
        }

        functions.AddTyped("fermyon:spin/variables", "get", [Abi.Text], Abi.Result(Abi.Text, Abi.Variant(Abi.Text, Abi.Text, Abi.Text, Abi.Text)), GetSpin);
    }

    private static object? Get(RequestContext context, object?[] arguments) =>
        AbiCase.Ok(context.Capabilities(ConfigurationKeys.Variables)?.Variables.GetValueOrDefault((string)arguments[0]!));

    private static object? GetAll(RequestContext context, object?[] arguments) => AbiCase.Ok(
        context.Capabilities(ConfigurationKeys.Variables)?.Variables.Select(static variable => (object?)new object?[] { variable.Key, variable.Value }).ToArray() ?? []);

    // Its errors: invalid-name, undefined, provider, other.
    private static object? GetSpin(RequestContext context, object?[] arguments)
    {
        var name = (string)arguments[0]!;
        return context.Capabilities(ConfigurationKeys.Variables)?.Variables.GetValueOrDefault(name) is { } value ? AbiCase.Ok(value)
            : IsName(name) ? AbiCase.Error(new AbiCase(1, $"no variable '{name}': add it to the component's variables in the manifest"))
            : AbiCase.Error(new AbiCase(0, $"'{name}': names of variables are words of lower-case letters and digits with single underscores between them, a letter first"));
    }

    private static bool IsName(string name) => name is [>= 'a' and <= 'z', ..] && !name.EndsWith('_') && !name.Contains("__", StringComparison.Ordinal)
        && name.All(static letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_');
}
