namespace Platform.Runtime.Components;

/// <summary>From an uploaded binary to a plan, or to the reason why it is refused.</summary>
internal static class ComponentPlanner
{
    private const string HttpHandler = "wasi:http/incoming-handler";
    private const string RedisHandler = "fermyon:spin/inbound-redis";

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
        var handlers = FindHandlers(evaluator.Evaluate());
        var draft = Draft(evaluator, handlers, elideAdapter: true);
        if (!draft.IsClosed)
        {
            // Something else than preview 1 still needs the adapter.
            draft = Draft(evaluator, handlers, elideAdapter: false);
        }

        var plan = draft.Finish();
        return CallsGuestsOnly(plan)
            ? plan
            : throw new HandlerRefusedException(
                HandlerRefusal.Unsupported, "a handler, realloc, post-return or start function that is an imported function itself");
    }

    // What the host calls, it looks up among the exports of the plan's instances.
    private static bool CallsGuestsOnly(ComponentPlan plan) =>
        plan.Handlers.All(handler => handler.Items.All(item => item is InstanceExportItem))
        && plan.HostImports.All(import => import.Items.All(item => item is InstanceExportItem))
        && plan.Steps.OfType<CallStep>().All(call => call.Function is InstanceExportItem);

    private static PlanDraft Draft(ComponentEvaluator evaluator, IReadOnlyList<HandlerExport> handlers, bool elideAdapter)
    {
        var draft = new PlanDraft([.. evaluator.Instances], [.. evaluator.HostImports], handlers, evaluator.Types);
        if (elideAdapter)
        {
            AdapterElision.Apply(draft);
        }

        ShimElision.Apply(draft);
        StartElision.Apply(draft);
        return draft;
    }

    private static List<HandlerExport> FindHandlers(IReadOnlyDictionary<string, object> exports)
    {
        List<HandlerExport> handlers = [];
        foreach (var (name, item) in exports)
        {
            var (@interface, version) = InterfaceName.Split(name);
            if (item is not ComponentInstance instance)
            {
                continue;
            }

            var handler = @interface switch
            {
                HttpHandler => HttpHandlerOf(name, version, instance),
                RedisHandler when version.Length == 0 => RedisHandlerOf(name, instance),
                _ => null,
            };
            if (handler is not null && handlers.TrueForAll(other => other.Kind != handler.Kind))
            {
                handlers.Add(handler);
            }
        }

        return handlers.Count > 0 ? handlers : throw new HandlerRefusedException(
            HandlerRefusal.NoHandler,
            $"exports no handler: a component must export {HttpHandler}@0.2.x, or {RedisHandler} for Redis events; it exports "
            + (exports.Count == 0 ? "nothing" : string.Join(", ", exports.Keys.Take(10))));
    }

    private static HandlerExport HttpHandlerOf(string name, string version, ComponentInstance instance)
    {
        if (!(version == "0.2" || version.StartsWith("0.2.", StringComparison.Ordinal)) || version.Contains('-', StringComparison.Ordinal))
        {
            throw new HandlerRefusedException(HandlerRefusal.Unsupported, $"exports {name}; supported is {HttpHandler}@0.2.x");
        }

        var function = Lifted(name, "handle", instance, new CoreSignature([CoreType.I32, CoreType.I32], []));
        return Export(HandlerKinds.HttpComponent, HttpHandler, "handle", function);
    }

    private static HandlerExport RedisHandlerOf(string name, ComponentInstance instance)
    {
        var function = Lifted(name, "handle-message", instance, new CoreSignature([CoreType.I32, CoreType.I32], [CoreType.I32]));
        return IsMessageHandler(function.Type) && function.Options is { Memory: not null, Realloc: not null }
            ? Export(HandlerKinds.RedisComponent, RedisHandler, "handle-message", function)
            : throw new HandlerRefusedException(HandlerRefusal.Malformed, $"{name}#handle-message is not of the type func(list<u8>) -> result<_, error>");
    }

    // wit/deps/spin@unversioned/inbound-redis.wit: result<_, error> with an error of two cases without payload.
    private static bool IsMessageHandler(FunctionType type) =>
        type.Parameters.Parts is [{ Kind: ValueKind.List, Parts: [{ Kind: ValueKind.U8 }] }]
        && type.Result is { Kind: ValueKind.Variant, Parts: [null, { Kind: ValueKind.Variant, Parts: [null, null] }] };

    private static LiftedFunction Lifted(string name, string function, ComponentInstance instance, CoreSignature expected)
    {
        var lifted = instance.Exports.GetValueOrDefault(function) as LiftedFunction
            ?? throw new HandlerRefusedException(HandlerRefusal.Malformed, $"{name} has no function {function} of its own");
        return lifted.Type.Lifted.Equals(expected)
            ? lifted
            : throw new HandlerRefusedException(HandlerRefusal.Malformed, $"{name}#{function} has the type {lifted.Type.Lifted}, not {expected}");
    }

    private static HandlerExport Export(HandlerKinds kind, string @interface, string name, LiftedFunction function) => new(
        kind, @interface, name, function.Core, function.Type.Lifted, function.Options.Memory, function.Options.Realloc, function.PostReturn, function.Component);
}
