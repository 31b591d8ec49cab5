using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Naming;
using Platform.Control.Problems;

namespace Platform.Control.Access;

/// <summary>The slugs in a path: what can't be a name is 400, without a look at the store.</summary>
internal static class PathNames
{
    private static readonly string[] Slugs = ["tenant", "app"];

    public static ProblemHttpResult? Check(HttpContext http)
    {
        foreach (var part in Slugs)
        {
            if (http.GetRouteValue(part) is string value && !Slug.IsValid(value))
            {
                return Problem.InvalidName(part);
            }
        }

        return null;
    }
}
