namespace Platform.Runtime.Components;

/// <summary>From an uploaded binary to a plan, or to the reason why it is refused.</summary>
internal static class ComponentPlanner
{
    private const string HttpHandler = "wasi:http/incoming-handler";

    /// <summary>Plans. Time and memory are linear in the size of the binary; nothing of it is executed.</summary>
    /// <exception cref="HandlerRefusedException">It can't be a handler here.</exception>
    public static ComponentPlan Plan(ReadOnlyMemory<byte> wasm, PlanLimits? limits = null)
    {
        var start = wasm.Span;
        if (start.Length < 8 || !start.StartsWith("\0asm"u8))
        {
            throw new HandlerRefusedException(
                HandlerRefusal.Malformed, "not a WebAssembly binary: it doesn't begin with the bytes 00 61 73 6d (is it WAT text or a compiled artifact?)");
        }

        return (start[4], start[5], start[6], start[7]) switch
        {
            (0x0d, 0, 1, 0) => PlanComponent(wasm, limits ?? PlanLimits.Default),
            (1, 0, 0, 0) => CommandPlanner.Plan(wasm, limits ?? PlanLimits.Default),
            _ => throw new HandlerRefusedException(
                HandlerRefusal.Unsupported, $"a WebAssembly binary of version {Convert.ToHexStringLower(start[4..8])} isn't supported"),
        };
    }

    private static ComponentPlan PlanComponent(ReadOnlyMemory<byte> wasm, PlanLimits limits)
    {
        var evaluator = new ComponentEvaluator(wasm, limits);
        var handler = FindHandler(evaluator.Evaluate());
        var draft = Draft(evaluator, handler, elideAdapter: true);
        if (!draft.IsClosed)
        {
            // Something else than preview 1 still needs the adapter.
            draft = Draft(evaluator, handler, elideAdapter: false);
        }

        var plan = draft.Finish(HandlerKind.HttpComponent);
        return CallsGuestsOnly(plan)
            ? plan
            : throw new HandlerRefusedException(
                HandlerRefusal.Unsupported, "a handler, realloc, post-return or start function that is an imported function itself");
    }

    // What the host calls, it looks up among the exports of the plan's instances.
    private static bool CallsGuestsOnly(ComponentPlan plan) =>
        plan.Handler is { Core: InstanceExportItem, PostReturn: null or InstanceExportItem, Memory: null or InstanceExportItem }
        && plan.HostImports.All(import => import.Items.All(item => item is InstanceExportItem))
        && plan.Steps.OfType<CallStep>().All(call => call.Function is InstanceExportItem);

    private static PlanDraft Draft(ComponentEvaluator evaluator, HandlerExport handler, bool elideAdapter)
    {
        var draft = new PlanDraft([.. evaluator.Instances], [.. evaluator.HostImports], handler, evaluator.Types);
        if (elideAdapter)
        {
            AdapterElision.Apply(draft);
        }

        ShimElision.Apply(draft);
        StartElision.Apply(draft);
        return draft;
    }

    private static HandlerExport FindHandler(IReadOnlyDictionary<string, object> exports)
    {
        foreach (var (name, item) in exports)
        {
            var (@interface, version) = InterfaceName.Split(name);
            if (@interface != HttpHandler || item is not ComponentInstance instance)
            {
                continue;
            }

            if (!(version == "0.2" || version.StartsWith("0.2.", StringComparison.Ordinal)) || version.Contains('-', StringComparison.Ordinal))
            {
                throw new HandlerRefusedException(HandlerRefusal.Unsupported, $"exports {name}; supported is {HttpHandler}@0.2.x");
            }

            var function = instance.Exports.GetValueOrDefault("handle") as LiftedFunction
                ?? throw new HandlerRefusedException(HandlerRefusal.Malformed, $"{name} has no function handle of its own");
            var expected = new CoreSignature([CoreType.I32, CoreType.I32], []);
            if (!function.Type.Lifted.Equals(expected))
            {
                throw new HandlerRefusedException(HandlerRefusal.Malformed, $"{name}#handle has the type {function.Type.Lifted}, not {expected}");
            }

            return new HandlerExport(HttpHandler, "handle", function.Core, expected, function.Options.Memory, function.PostReturn, function.Component);
        }

        throw new HandlerRefusedException(
            HandlerRefusal.NoHandler,
            $"exports no handler: a component must export {HttpHandler}@0.2.x; it exports {(exports.Count == 0 ? "nothing" : string.Join(", ", exports.Keys.Take(10)))}");
    }
}
