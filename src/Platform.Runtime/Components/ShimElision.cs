using System.Globalization;

namespace Platform.Runtime.Components;

/// <summary>
/// Elides the pair of modules by which wit-component lets a module import functions that need the module's own memory: a shim of stubs that call
/// through a table, and a fixup that fills the table once the memory is there. Host functions here find the memory by themselves, so the importing module can
/// have them directly. Both modules are checked byte for byte to do nothing else.
/// </summary>
internal static class ShimElision
{
    private const string TableName = "$imports";

    /// <summary>Elides every pair that can be.</summary>
    public static void Apply(PlanDraft draft)
    {
        foreach (var shim in draft.Instances.Where(instance => IsShim(instance.Module.Info)).ToArray())
        {
            var fixups = draft.Instances.Where(instance => instance.Arguments.Exists(argument => IsTableOf(argument.Item, shim.Index))).ToArray();
            if (fixups is [var fixup]
                && IsFixup(fixup.Module.Info, shim.Module.Info)
                && !draft.IsUsed(shim.Index, static name => name == TableName, fixup.Index)
                && !draft.IsUsed(fixup.Index, static _ => true))
            {
                Elide(draft, shim, fixup);
            }
        }
    }

    private static bool IsTableOf(CoreItem item, int shim) => item is InstanceExportItem { Name: TableName } export && export.Instance == shim;

    private static void Elide(PlanDraft draft, PlannedInstance shim, PlannedInstance fixup)
    {
        var targets = new Dictionary<string, CoreItem>(StringComparer.Ordinal);
        foreach (var argument in fixup.Arguments.Where(argument => argument.Name != TableName))
        {
            // A target that is another instance's export may be made after the importing module: then the indirection is needed.
            if (argument.Item is not HostFunctionItem)
            {
                if (draft.IsUsed(shim.Index, name => name == argument.Name, fixup.Index))
                {
                    return;
                }

                continue;
            }

            targets.Add(argument.Name, argument.Item);
        }

        draft.Rewrite(
            item => item is InstanceExportItem export && export.Instance == shim.Index && targets.TryGetValue(export.Name, out var target) ? target : item,
            shim.Index,
            fixup.Index);
    }

    // Functions "0" … "n-1", each: push all parameters, push its own number, call through table 0 with its own type.
    private static bool IsShim(CoreModuleInfo info)
    {
        if (info.Imports.Count > 0 || info.DefinedMemories > 0 || info.DefinedTables != 1 || info.DefinedGlobals > 0 || info.HasData
            || info.Start is not null || !info.Elements.IsEmpty || !info.Exports.TryGetValue(TableName, out var table) || table is not { Kind: CoreKind.Table, Index: 0 }
            || info.Exports.Count != info.Functions.Count + 1)
        {
            return false;
        }

        for (var i = 0; i < info.Functions.Count; i++)
        {
            if (!info.Exports.TryGetValue(i.ToString(CultureInfo.InvariantCulture), out var export)
                || export.Kind != CoreKind.Function || export.Index != i || export.Signature is null)
            {
                return false;
            }
        }

        var code = new WasmReader(info.Code.Span, 0);
        if (info.Functions.Count == 0 || info.Code.IsEmpty || code.U32() != info.Functions.Count)
        {
            return false;
        }

        for (var i = 0; i < info.Functions.Count; i++)
        {
            if (!IsStub(code.Sub(code.U32()), info, i))
            {
                return false;
            }
        }

        return code.AtEnd;
    }

    private static bool IsStub(WasmReader body, CoreModuleInfo info, int number)
    {
        // local declarations: none
        if (body.U8() != 0)
        {
            return false;
        }

        for (uint parameter = 0; parameter < info.Functions[number]!.Parameters.Count; parameter++)
        {
            if (body.U8() != 0x20 || body.U32() != parameter)
            {
                return false;
            }
        }

        // i32.const number; call_indirect type table 0; end
        return body.U8() == 0x41 && body.Signed(32) == number
            && body.U8() == 0x11 && body.U32() is var type && type < (uint)info.Types.Count && Equals(info.Types[(int)type], info.Functions[number])
            && body.U8() == 0x00 && body.U8() == 0x0b && body.AtEnd;
    }

    // Imports "" "0" … "n-1" with the shim's types and its table; one active segment that puts import i at element i.
    private static bool IsFixup(CoreModuleInfo info, CoreModuleInfo shim)
    {
        if (info.Exports.Count > 0 || info.DefinedMemories > 0 || info.DefinedTables > 0 || info.DefinedGlobals > 0 || info.HasData
            || info.Start is not null || !info.Code.IsEmpty || info.ImportedFunctions != shim.Functions.Count
            || info.Imports.Count != shim.Functions.Count + 1)
        {
            return false;
        }

        var functions = info.Imports.Where(import => import.Kind == CoreKind.Function).ToArray();
        for (var i = 0; i < functions.Length; i++)
        {
            if (functions[i].Name != i.ToString(CultureInfo.InvariantCulture) || !Equals(functions[i].Signature, shim.Functions[i]))
            {
                return false;
            }
        }

        // One segment of form 0: offset expression i32.const 0; end; then the function indexes.
        var elements = new WasmReader(info.Elements.Span, 0);
        if (info.Elements.IsEmpty || elements.U32() != 1 || elements.U32() != 0
            || elements.U8() != 0x41 || elements.Signed(32) != 0 || elements.U8() != 0x0b
            || elements.U32() != functions.Length)
        {
            return false;
        }

        for (uint i = 0; i < functions.Length; i++)
        {
            if (elements.U32() != i)
            {
                return false;
            }
        }

        return elements.AtEnd;
    }
}
