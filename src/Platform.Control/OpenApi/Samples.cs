using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Control.Problems;
using Platform.Data;

namespace Platform.Control.OpenApi;

/// <summary>Refusals that several operations show in the OpenAPI document.</summary>
internal static class Samples
{
    public static ProblemHttpResult ApprovalRequired => Problem.ApprovalRequired(2, ["hello: outbound https://api.example.com"]);

    public static ProblemHttpResult AppsQuotaExceeded => Problem.QuotaExceeded(new QuotaExceededException("apps", 100, 100));

    public static ProblemHttpResult ModuleRefused => Problem.ModuleRefused("It imports 'acme:db/query', which the platform doesn't have.");

    public static ProblemHttpResult NoWorker => Problem.Unavailable("Nothing was changed: no worker could compile the module now.");

    public static ProblemHttpResult SecretExpected =>
        Problem.SecretExpected("The manifest declares 'api_key' secret, and it is set as a variable, which every viewer can read. Make it a secret, then deploy again.");

    public static ProblemHttpResult VariableRequired => Problem.VariableRequired("The manifest requires the variable 'greeting', which has no value. Set it, then deploy again.");
}
