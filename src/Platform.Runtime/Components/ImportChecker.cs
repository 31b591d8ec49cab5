namespace Platform.Runtime.Components;

/// <summary>
/// Whether what a dependency gives has the type that it is imported with: as much of the component model's subtyping as values have a meaning by, which is their
/// layout. Names of fields, cases and parameters aren't compared.
/// </summary>
/// <param name="import">The import, for messages.</param>
/// <param name="dependency">The dependency, for messages.</param>
/// <param name="spend">Called for each pair of types.</param>
internal sealed class ImportChecker(string import, string dependency, Action spend)
{
    private readonly Dictionary<(ValueType, ValueType), bool> _compared = [];
    private readonly Dictionary<ResourceType, ResourceType> _resources = [];

    /// <summary>Checks an interface: every function and resource that is imported must be there.</summary>
    /// <exception cref="HandlerRefusedException">One isn't, or has another type.</exception>
    public void Check(ComponentInstance wanted, ComponentInstance given)
    {
        var (declarer, _) = InterfaceName.Split(import);
        foreach (var (name, item) in wanted.Exports)
        {
            // Others are those of interfaces that this one uses.
            if (item is ResourceType { Definer: null } resource && resource.Interface == declarer)
            {
                _resources[resource] = given.Exports.GetValueOrDefault(name) as ResourceType ?? throw Missing($"the resource {name}");
            }
        }

        foreach (var (name, item) in wanted.Exports)
        {
            if (item is ComponentFunction function)
            {
                Check(name, function, given.Exports.GetValueOrDefault(name) as ComponentFunction ?? throw Missing($"the function {name}"));
            }
        }
    }

    /// <summary>Checks a function.</summary>
    /// <exception cref="HandlerRefusedException">It has another type.</exception>
    public void Check(string name, ComponentFunction wanted, ComponentFunction given)
    {
        if (!IsSame(wanted.Type.Parameters, given.Type.Parameters) || !IsSame(wanted.Type.Result, given.Type.Result))
        {
            throw new HandlerRefusedException(
                HandlerRefusal.UnknownImport, $"the dependency '{dependency}' gives {import} another type of the function {name} than it is imported with");
        }
    }

    private HandlerRefusedException Missing(string what) =>
        new(HandlerRefusal.UnknownImport, $"the dependency '{dependency}' gives {import} without {what}, which is imported");

    private bool IsSame(ValueType? wanted, ValueType? given)
    {
        if (wanted is null || given is null || ReferenceEquals(wanted, given))
        {
            return ReferenceEquals(wanted, given);
        }

        if (!_compared.TryGetValue((wanted, given), out var same))
        {
            spend();
            same = wanted.Kind == given.Kind
                && wanted.Names == given.Names
                && wanted.Parts.Count == given.Parts.Count
                && IsSame(wanted.Resource, given.Resource)
                && wanted.Parts.Zip(given.Parts).All(pair => IsSame(pair.First, pair.Second));
            _compared.Add((wanted, given), same);
        }

        return same;
    }

    // A resource of the platform is the same by its name, whatever version of its interface each was built against.
    private bool IsSame(ResourceType? wanted, ResourceType? given) =>
        ReferenceEquals(wanted, given)
        || (wanted is not null && given is not null
            && (_resources.TryGetValue(wanted, out var bound) ? ReferenceEquals(bound, given)
                : wanted is { Definer: null, Interface.Length: > 0 } && given.Definer is null && wanted.Interface == given.Interface && wanted.Name == given.Name));
}
