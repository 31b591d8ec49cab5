namespace Platform.Runtime.Components;

/// <summary>A plan while passes change it. Instances keep their first numbers until <see cref="Finish"/>.</summary>
internal sealed class PlanDraft(List<PlannedInstance> instances, List<HostImport> hostImports, IReadOnlyList<HandlerExport> handlers, PlanTypes types)
{
    /// <summary>Instantiations, in order; elided ones are removed.</summary>
    public List<PlannedInstance> Instances { get; private set; } = instances;

    /// <summary>Host functions; unused ones are dropped at the end.</summary>
    public List<HostImport> HostImports { get; } = hostImports;

    /// <summary>Start-only modules that became calls: by the number of the instance they replace.</summary>
    public Dictionary<int, CallStep> Calls { get; } = [];

    /// <summary>The handlers.</summary>
    public IReadOnlyList<HandlerExport> Handlers { get; private set; } = handlers;

    /// <summary>Whether anything but the instances of <paramref name="except"/> refers to an export of an instance that <paramref name="which"/> picks.</summary>
    public bool IsUsed(int instance, Func<string, bool> which, params ReadOnlySpan<int> except)
    {
        bool Refers(CoreItem? item) => item is InstanceExportItem export && export.Instance == instance && which(export.Name);

        foreach (var planned in Instances)
        {
            if (except.Contains(planned.Index))
            {
                continue;
            }

            foreach (var argument in planned.Arguments)
            {
                if (Refers(argument.Item) || (argument.Item is HostFunctionItem host && HostImports[host.HostImport].Items.Any(Refers)))
                {
                    return true;
                }
            }
        }

        return Handlers.Any(handler => handler.Items.Any(Refers)) || Calls.Values.Any(call => Refers(call.Function));
    }

    /// <summary>Replaces items everywhere, and removes instances.</summary>
    public void Rewrite(Func<CoreItem, CoreItem> map, params int[] removed)
    {
        Instances = [.. Instances
            .Where(instance => !removed.Contains(instance.Index))
            .Select(instance => instance with
            {
                Arguments = [.. instance.Arguments.Select(argument => argument with { Item = map(argument.Item) })],
            })];
        for (var i = 0; i < HostImports.Count; i++)
        {
            HostImports[i] = HostImports[i].Map(map);
        }

        foreach (var (index, call) in Calls.ToArray())
        {
            Calls[index] = call with { Function = map(call.Function) };
        }

        Handlers = [.. Handlers.Select(handler => handler.Map(map))];
    }

    /// <summary>Whether everything that is used is still there.</summary>
    public bool IsClosed
    {
        get
        {
            var there = Instances.Select(instance => instance.Index).ToHashSet();
            bool Closed(CoreItem? item) => item switch
            {
                InstanceExportItem export => there.Contains(export.Instance),
                HostFunctionItem host => HostImports[host.HostImport].Items.All(Closed),
                _ => true,
            };
            return Instances.TrueForAll(instance => instance.Arguments.TrueForAll(argument => Closed(argument.Item)))
                && Calls.Values.All(call => Closed(call.Function))
                && Handlers.All(handler => handler.Items.All(Closed));
        }
    }

    /// <summary>Drops what isn't used, numbers what is, and makes the plan.</summary>
    public ComponentPlan Finish()
    {
        var order = Instances.Select(instance => instance.Index).Concat(Calls.Keys).Order().ToArray();
        Dictionary<int, int> numbers = [];
        foreach (var index in order.Where(index => !Calls.ContainsKey(index)))
        {
            numbers.Add(index, numbers.Count);
        }

        List<HostImport> hosts = [];
        Dictionary<int, int> hostNumbers = [];
        CoreItem Number(CoreItem item)
        {
            switch (item)
            {
                case InstanceExportItem export:
                    return export with { Instance = numbers[export.Instance] };
                case HostFunctionItem host:
                    if (!hostNumbers.TryGetValue(host.HostImport, out var number))
                    {
                        number = hosts.Count;
                        hostNumbers.Add(host.HostImport, number);
                        var import = HostImports[host.HostImport];
                        hosts.Add(import);
                        hosts[number] = import.Map(Number);
                    }

                    return new HostFunctionItem(number);
                default:
                    throw new InvalidOperationException($"unknown item {item}");
            }
        }

        List<CoreModuleRange> modules = [];
        List<PlanStep> steps = [];
        var byIndex = Instances.ToDictionary(instance => instance.Index);
        List<InstanceExportItem> seen = [];
        foreach (var index in order)
        {
            if (Calls.TryGetValue(index, out var call))
            {
                steps.Add(call with { Function = Number(call.Function) });
                continue;
            }

            var instance = byIndex[index];
            var module = modules.IndexOf(instance.Module.Range);
            if (module < 0)
            {
                module = modules.Count;
                modules.Add(instance.Module.Range);
            }

            var info = instance.Module.Info;
            if (info.DefinedMemories > 0 && info.Exports.FirstOrDefault(export => export.Value.Kind == CoreKind.Memory).Key is { } memory)
            {
                seen.Add(new InstanceExportItem(numbers[index], memory));
            }

            steps.Add(new InstantiateStep(
                module, [.. instance.Arguments.Select(argument => argument with { Item = Number(argument.Item) })], instance.Component));
        }

        var defined = Instances.Sum(instance => instance.Module.Info.DefinedMemories);
        var handlers = Handlers.Select(handler => handler.Map(Number)).ToArray();
        return new ComponentPlan(modules, hosts, steps, handlers, new MemoryTotals(defined, seen), types);
    }
}
