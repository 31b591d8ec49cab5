using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts.Versions;
using Platform.Control.Problems;

namespace Platform.Control.Limits;

/// <summary>The one place where limits that somebody asks for are held against what the installation allows.</summary>
internal sealed class LimitCeilings(ControlOptions options)
{
    /// <summary>Why a component's limits, from its manifest, are refused; null when they aren't.</summary>
    public ProblemHttpResult? CheckManifest(ComponentDocument component) =>
        FindExcess(component.Limits) is var (limit, asked, ceiling) ? TooHigh($"Component '{component.Id}': '{limit.Key}' is {asked}", ceiling) : null;

    /// <summary>Why limits of an app are refused; null when they aren't.</summary>
    public ProblemHttpResult? CheckApp(LimitsDocument asked) =>
        FindExcess(asked) is var (limit, value, ceiling) ? TooHigh($"'{limit.Property}' is {value}", ceiling) : null;

    private (LimitName Limit, long Asked, long Ceiling)? FindExcess(LimitsDocument asked)
    {
        foreach (var limit in LimitName.All)
        {
            if (limit.Of(asked) is { } value && limit.Of(options.LimitCeilings) is { } ceiling && value > ceiling)
            {
                return (limit, value, ceiling);
            }
        }

        return null;
    }

    private static ProblemHttpResult TooHigh(string asked, long ceiling) =>
        Problem.LimitTooHigh($"{asked}, above this installation's ceiling of {ceiling}.");
}
