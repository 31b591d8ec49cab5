using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts.Variables;
using Platform.Control.Access;
using Platform.Control.Preconditions;
using Platform.Control.Problems;
using Platform.Control.Snapshots;

namespace Platform.Control.Variables;

/// <summary>PUT and DELETE of variables and secrets, which differ in their kind alone.</summary>
internal sealed class ValueWriter(ValueStore values, VariableRules rules, SnapshotStore snapshots)
{
    public static ProblemHttpResult InvalidName => Problem.InvalidVariable(
        "Names of variables and secrets are words of lower-case letters and digits with single underscores between them, a letter first, 64 characters at most.");

    public async Task<Results<NoContent, ProblemHttpResult>> SetAsync(
        TenantAccess access, string app, string kind, string name, string value, HttpContext http, CancellationToken cancellationToken)
    {
        if (!Template.IsName(name))
        {
            return InvalidName;
        }

        if (Encoding.UTF8.GetByteCount(value) is var bytes and > VariableLimits.ValueBytes)
        {
            return Problem.TooLarge($"The value has {bytes} bytes in UTF-8; at most {VariableLimits.ValueBytes} are allowed.");
        }

        if (kind == ValueKinds.Variable && rules.CheckVariable(access.Tenant, app, name) is { } refusal)
        {
            return refusal;
        }

        var change = await values.SetAsync(access.Tenant, app, kind, name, value, Revisioned.ReadIfMatch(http), access.Level >= AccessLevel.Owner, access.Actor, cancellationToken);
        if (Refuse(change.Outcome, name) is { } refused)
        {
            return refused;
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        Revisioned.SetETag(http, change.Revision);
        return TypedResults.NoContent();
    }

    public async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        TenantAccess access, string app, string kind, string name, HttpContext http, CancellationToken cancellationToken)
    {
        if (!Template.IsName(name))
        {
            return InvalidName;
        }

        if (await values.FindAsync(access.Tenant, app, kind, name, cancellationToken) is not { } row)
        {
            return Problem.NotFound;
        }

        if (rules.CheckDelete(access.Tenant, app, name) is { } refusal)
        {
            return refusal;
        }

        var outcome = await values.DeleteAsync(access.Tenant, row.AppId, app, kind, name, Revisioned.ReadIfMatch(http), access.Level >= AccessLevel.Owner, access.Actor, cancellationToken);
        if (Refuse(outcome, name) is { } refused)
        {
            return refused;
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult? Refuse(ValueOutcome outcome, string name) => outcome switch
    {
        ValueOutcome.Changed => null,
        ValueOutcome.NotFound => Problem.NotFound,
        ValueOutcome.IsSecret => Problem.Conflict($"There is a secret '{name}', and a variable of that name would be readable. Set the secret, or delete it first."),
        ValueOutcome.TooMany => Problem.TooManyVariables,
        ValueOutcome.NeedsOwner => Problem.OwnersValue(name),
        ValueOutcome.Stale => Problem.PreconditionFailed,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}
