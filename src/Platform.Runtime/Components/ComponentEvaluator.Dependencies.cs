namespace Platform.Runtime.Components;

/// <content>Compositions: what dependencies give stands for imports that the platform would give else.</content>
internal sealed partial class ComponentEvaluator
{
    private readonly List<string> _platformImports = [];
    private List<EvaluatedDependency> _dependencies = [];

    private Dictionary<string, object> Compose(Composition composition)
    {
        // Each has its own instance, and its own imports are the platform's.
        List<EvaluatedDependency> dependencies = [];
        foreach (var dependency in composition.Dependencies)
        {
            var inner = new Scope(null, dependency.Inherits);
            Require(ReaderAt(dependency.Start, dependency.Length), $"the dependency '{dependency.Name}'");
            EvaluateComponent(dependency.Start, dependency.Length, inner, null);
            dependencies.Add(new EvaluatedDependency(dependency, inner.Exports));
        }

        _dependencies = dependencies;
        _platformImports.Clear();
        var scope = new Scope(null);
        Require(ReaderAt(composition.Start, composition.Length), "a component with dependencies");
        EvaluateComponent(composition.Start, composition.Length, scope, null);
        return dependencies.Find(static dependency => !dependency.IsUsed) is { } unused
            ? throw new HandlerRefusedException(
                HandlerRefusal.NoHandler,
                $"the dependency '{unused.Dependency.Name}' matches none of the component's imports; the others are {Listed(_platformImports)}")
            : scope.Exports;
    }

    private static void Require(WasmReader binary, string what)
    {
        if (binary.Remaining < 8 || !binary.Bytes(8).SequenceEqual("\0asm\x0d\0\x01\0"u8))
        {
            throw new HandlerRefusedException(HandlerRefusal.Unsupported, $"{what} must be a WebAssembly component; a core module isn't one");
        }
    }

    // An import of the uploaded component itself, or of one of its dependencies.
    private void ImportFromOutside(ref WasmReader section, Scope scope, string name)
    {
        var wanted = Describe(ref section, scope, name, "", "");
        var givers = _dependencies.FindAll(dependency => dependency.Dependency.Gives(name));
        if (givers.Count == 0)
        {
            if (_platformImports.Count < 20)
            {
                _platformImports.Add(name);
            }

            return;
        }

        if (givers.Count > 1)
        {
            throw new HandlerRefusedException(
                HandlerRefusal.NoHandler, $"the import {name} is given by more than one dependency: '{string.Join("', '", givers.Select(static giver => giver.Dependency.Name))}'");
        }

        givers[0].IsUsed = true;
        var given = ExportOf(givers[0], name);
        var checker = new ImportChecker(name, givers[0].Dependency.Name, Spend);
        switch (wanted, given)
        {
            case (ComponentInstance wantedInstance, ComponentInstance instance):
                checker.Check(wantedInstance, instance);
                scope.Instances[^1] = instance;
                break;
            case (ComponentFunction wantedFunction, ComponentFunction function):
                checker.Check(name, wantedFunction, function);
                scope.Functions[^1] = function;
                break;
            default:
                throw new HandlerRefusedException(
                    HandlerRefusal.UnknownImport, $"the dependency '{givers[0].Dependency.Name}' gives {name} as something else than it is imported as, an interface or a function");
        }
    }

    private static object ExportOf(EvaluatedDependency giver, string import)
    {
        var name = giver.Dependency.Export.Length > 0 ? giver.Dependency.Export : import;
        return giver.Exports.GetValueOrDefault(name) ?? giver.Exports.FirstOrDefault(export => InterfaceName.AreCompatible(export.Key, name)).Value ?? throw new HandlerRefusedException(
            HandlerRefusal.UnknownImport, $"the dependency '{giver.Dependency.Name}' doesn't export {name}, which is to give the import {import}; it exports {Listed(giver.Exports.Keys)}");
    }

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names.Take(10)) is { Length: > 0 } list ? list : "nothing";

    private sealed class EvaluatedDependency(Dependency dependency, IReadOnlyDictionary<string, object> exports)
    {
        public Dependency Dependency { get; } = dependency;

        public IReadOnlyDictionary<string, object> Exports { get; } = exports;

        public bool IsUsed { get; set; }
    }
}
