using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Platform.Contracts.Errors;
using Platform.Control.Access;
using Platform.Control.Idempotency;
using Platform.Control.Problems;

namespace Platform.Control.OpenApi;

/// <summary>Describes every error that an operation may answer with: one response for each status, with an example for each problem type.</summary>
internal sealed class OperationRefusals : IOpenApiOperationTransformer
{
    private const string CursorParameter = "cursor";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Responses ??= [];
        var description = context.Description;
        var own = description.ActionDescriptor.EndpointMetadata.OfType<RefusalMetadata>().SelectMany(static refusals => refusals.Samples).ToList();
        var samples = own.Concat(CommonOf(description)).DistinctBy(static sample => (sample.StatusCode, sample.ProblemDetails.Type));
        foreach (var status in samples.GroupBy(static sample => sample.StatusCode).OrderBy(static status => status.Key))
        {
            var response = ToResponse([.. status], context.Document!);
            var key = status.Key.ToString(CultureInfo.InvariantCulture);
            if (status.Any(own.Contains))
            {
                operation.Responses[key] = response;
                continue;
            }

            // Said once for all operations: the role is the only thing that differs.
            var name = $"{key}-{string.Join('-', status.Select(SlugOf))}{(status.Key == StatusCodes.Status403Forbidden ? $"-{LevelOf(description)}" : "")}";
            context.Document!.AddComponent(name, response);
            operation.Responses[key] = new OpenApiResponseReference(name, context.Document);
        }

        return Task.CompletedTask;
    }

    private static OpenApiResponse ToResponse(IReadOnlyList<ProblemHttpResult> samples, OpenApiDocument document) => new()
    {
        Description = string.Join("; ", samples.Select(static sample => sample.ProblemDetails.Title)),
        Headers = samples[0].StatusCode is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable ? ApiHeaders.RetryAfter : null,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/problem+json"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchemaReference(ApiDocument.ProblemSchema, document),
                Examples = samples.ToDictionary(SlugOf, ToExample, StringComparer.Ordinal),
            },
        },
    };

    private static string SlugOf(ProblemHttpResult sample) => sample.ProblemDetails.Type![ProblemTypes.Prefix.Length..];

    private static AccessLevel? LevelOf(ApiDescription description) =>
        description.ActionDescriptor.EndpointMetadata.OfType<AuthorizationPolicy>().SelectMany(static policy => policy.Requirements).OfType<AccessRequirement>().FirstOrDefault()?.Level;

    private static IEnumerable<ProblemHttpResult> CommonOf(ApiDescription description)
    {
        var metadata = description.ActionDescriptor.EndpointMetadata;
        var isWrite = description.HttpMethod is not ("GET" or "HEAD");
        if (LevelOf(description) is { } level)
        {
            foreach (var sample in CommonOf(level, description.RelativePath!.Contains("{tenant}", StringComparison.Ordinal), isWrite))
            {
                yield return sample;
            }
        }

        var parameters = description.ParameterDescriptions;
        if (parameters.Any(static parameter => parameter.Source == BindingSource.Body))
        {
            yield return Problem.Invalid("The JSON is not what this path takes: at $.name: it is missing.");
            yield return Problem.FromStatus(StatusCodes.Status413PayloadTooLarge);
            yield return Problem.FromStatus(StatusCodes.Status415UnsupportedMediaType);
        }

        if (parameters.Any(static parameter => parameter.Source == BindingSource.Query && parameter.Type != typeof(string)))
        {
            yield return Problem.Invalid("The query's parameter can't be read as what it must be.");
        }

        if (parameters.Any(static parameter => parameter.Source == BindingSource.Path && parameter.Type != typeof(string)))
        {
            yield return Problem.Invalid("The path's parameter must be a number.");
        }

        if (parameters.Any(static parameter => parameter is { Name: CursorParameter }))
        {
            yield return Problem.InvalidCursor;
        }

        if (metadata.OfType<IdempotencyMetadata>().Any())
        {
            yield return Problem.Invalid("Idempotency-Key must be one value of 1 to 255 printable ASCII characters.");
            yield return Problem.Conflict("The first request with this Idempotency-Key is still running. Try again later.");
            yield return Problem.KeyReused;
        }

        yield return Problem.RateLimited;
        yield return Problem.Internal;
        yield return Problem.StoreUnavailable;
    }

    private static IEnumerable<ProblemHttpResult> CommonOf(AccessLevel level, bool isOfTenant, bool isWrite)
    {
        yield return Problem.NotSignedIn;
        yield return Problem.TooManyAttempts;
        yield return Problem.HttpsRequired;
        yield return Problem.CrossOrigin;
        if (isWrite)
        {
            yield return Problem.NoAntiforgery;
        }

        if (isOfTenant)
        {
            yield return Problem.InvalidName("tenant");
            yield return Problem.NotFound;
        }

        // A tenant's least role may read; who isn't of the tenant gets 404.
        if (level > (isOfTenant ? AccessLevel.Viewer : AccessLevel.SignedIn))
        {
            yield return Problem.RoleTooLow(level);
        }
    }

    private static IOpenApiExample ToExample(ProblemHttpResult sample)
    {
        var value = new JsonObject
        {
            ["type"] = sample.ProblemDetails.Type,
            ["title"] = sample.ProblemDetails.Title,
            ["status"] = sample.StatusCode,
            ["detail"] = sample.ProblemDetails.Detail,
        };
        foreach (var (name, extension) in sample.ProblemDetails.Extensions)
        {
            value[name] = JsonSerializer.SerializeToNode(extension, JsonSerializerOptions.Web);
        }

        return new OpenApiExample { Summary = sample.ProblemDetails.Title, Value = value };
    }
}
