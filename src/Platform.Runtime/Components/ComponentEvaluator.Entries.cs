namespace Platform.Runtime.Components;

/// <content>Instances, aliases, imports and exports.</content>
internal sealed partial class ComponentEvaluator
{
    private void InstanceEntry(ref WasmReader section, Scope scope)
    {
        switch (section.U8())
        {
            case 0x00:
                var component = At(ref section, scope.Components, "component");
                var count = section.Count(10_000, "instantiation arguments");
                var arguments = new Dictionary<string, object>(StringComparer.Ordinal);
                for (var i = 0; i < count; i++)
                {
                    Spend();
                    arguments[section.Name()] = Item(ref section, scope);
                }

                if (component.Length == 0)
                {
                    throw section.Unsupported("instantiating an imported component");
                }

                var inner = new Scope(component.Scope);
                EvaluateComponent(component.Start, component.Length, inner, arguments);
                scope.Instances.Add(new ComponentInstance(inner.Exports));
                return;
            case 0x01:
                var exports = new Dictionary<string, object>(StringComparer.Ordinal);
                var exported = section.Count(100_000, "inline exports");
                for (var i = 0; i < exported; i++)
                {
                    Spend();
                    exports[ExternName(ref section)] = Item(ref section, scope);
                }

                scope.Instances.Add(new ComponentInstance(exports));
                return;
            default:
                throw section.Malformed("unknown form of instance");
        }
    }

    // sortidx
    private static object Item(ref WasmReader section, Scope scope)
    {
        var sort = section.U8();
        switch (sort)
        {
            case 0x00:
                return section.U8() == 0x11
                    ? At(ref section, scope.Modules, "core module")
                    : throw section.Malformed("a core item other than a module stands where a component's is wanted");
            case 0x01:
                return At(ref section, scope.Functions, "function");
            case 0x02:
                throw section.Unsupported("the value definitions proposal");
            case 0x03:
                return At(ref section, scope.Types, "type");
            case 0x04:
                return At(ref section, scope.Components, "component");
            case 0x05:
                return At(ref section, scope.Instances, "instance");
            default:
                throw section.Malformed($"unknown sort {sort}");
        }
    }

    private static void AddItem(ref WasmReader section, Scope scope, object item)
    {
        switch (item)
        {
            case CoreModule module:
                scope.Modules.Add(module);
                break;
            case ComponentFunction function:
                scope.Functions.Add(function);
                break;
            case ComponentType type:
                scope.Types.Add(type);
                break;
            case ComponentDefinition component:
                scope.Components.Add(component);
                break;
            case ComponentInstance instance:
                scope.Instances.Add(instance);
                break;
            default:
                throw section.Malformed("an item of an unknown sort");
        }
    }

    private static void AliasEntry(ref WasmReader section, Scope scope)
    {
        var sort = section.U8();
        var coreSort = sort == 0 ? section.U8() : (byte)0;
        var target = section.U8();
        switch (target)
        {
            case 0x00:
                var instance = At(ref section, scope.Instances, "instance");
                var name = section.Name();
                if (!instance.Exports.TryGetValue(name, out var item))
                {
                    throw section.Malformed($"an instance has no export {name}");
                }

                RequireSort(ref section, sort, coreSort, item);
                AddItem(ref section, scope, item);
                return;
            case 0x01:
                var core = At(ref section, scope.CoreInstances, "core instance");
                var coreName = section.Name();
                if (sort != 0 || coreSort > 3 || !core.Exports.TryGetValue(coreName, out var entity) || (byte)entity.Kind != coreSort)
                {
                    throw section.Malformed($"a core instance has no export {coreName} of that sort");
                }

                scope.Core[coreSort].Add(entity);
                return;
            case 0x02:
                var outer = scope.Outer(section.U32()) ?? throw section.Malformed("an alias to outside of everything");
                switch (sort, coreSort)
                {
                    case (0x03, _):
                        scope.Types.Add(At(ref section, outer.Types, "type"));
                        return;
                    case (0x04, _):
                        scope.Components.Add(At(ref section, outer.Components, "component"));
                        return;
                    case (0x00, 0x11):
                        scope.Modules.Add(At(ref section, outer.Modules, "core module"));
                        return;
                    default:
                        throw section.Malformed("an outer alias of something else than a type, component or module");
                }

            default:
                throw section.Malformed("unknown alias target");
        }
    }

    private static void RequireSort(ref WasmReader section, byte sort, byte coreSort, object item)
    {
        var matches = (sort, item) switch
        {
            (0x00, CoreModule) => coreSort == 0x11,
            (0x01, ComponentFunction) or (0x03, ComponentType) or (0x04, ComponentDefinition) or (0x05, ComponentInstance) => true,
            _ => false,
        };
        if (!matches)
        {
            throw section.Malformed("an alias of another sort than what it names");
        }
    }

    private void ImportEntry(ref WasmReader section, Scope scope, IReadOnlyDictionary<string, object>? arguments)
    {
        var name = ExternName(ref section);
        if (arguments is null)
        {
            ImportFromOutside(ref section, scope, name);
            return;
        }

        // Of a nested component: the argument stands for the import; its declared type was the composer's business.
        if (!arguments.TryGetValue(name, out var argument))
        {
            throw section.Malformed($"a nested component's import {name} is not given");
        }

        Ascribed(ref section, scope, argument);
    }

    // Consumes an externdesc whose meaning is the argument's.
    private static void Ascribed(ref WasmReader section, Scope scope, object argument)
    {
        switch (section.U8())
        {
            case 0x00:
                section.U8();
                section.U32();
                break;
            case 0x03:
                if (section.U8() == 0)
                {
                    section.U32();
                }

                break;
            case 0x01 or 0x04 or 0x05:
                section.U32();
                break;
            default:
                throw section.Unsupported("the value definitions proposal");
        }

        AddItem(ref section, scope, argument);
    }

    private static void ExportEntry(ref WasmReader section, Scope scope)
    {
        var name = ExternName(ref section);
        var item = Item(ref section, scope);
        if (section.U8() == 1)
        {
            // The ascribed type narrows what outsiders see; who provides the item stays the same.
            Ascribed(ref section, scope, item);
        }
        else
        {
            AddItem(ref section, scope, item);
        }

        if (!scope.Exports.TryAdd(name, item))
        {
            throw section.Malformed($"{name} is exported twice");
        }
    }
}
