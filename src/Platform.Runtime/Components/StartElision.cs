namespace Platform.Runtime.Components;

/// <summary>Replaces a module whose only content is a start section that names an imported function by a call of that function.</summary>
internal static class StartElision
{
    /// <summary>Elides every such module.</summary>
    public static void Apply(PlanDraft draft)
    {
        foreach (var instance in draft.Instances.ToArray())
        {
            var info = instance.Module.Info;
            var plain = info is
            {
                Start: 0,
                Imports.Count: 1,
                Exports.Count: 0,
                DefinedMemories: 0,
                DefinedTables: 0,
                DefinedGlobals: 0,
                HasData: false,
                Elements.IsEmpty: true,
                Code.IsEmpty: true,
            };
            if (plain
                && info.Imports[0] is { Kind: CoreKind.Function, Signature: { Parameters.Count: 0, Results.Count: 0 } }
                && instance.Arguments[0].Item is InstanceExportItem function)
            {
                draft.Calls.Add(instance.Index, new CallStep(function, instance.Component));
                draft.Rewrite(static item => item, instance.Index);
            }
        }
    }
}
