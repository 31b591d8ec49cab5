using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Platform.Control.OpenApi;

/// <summary>What operations say of themselves for the OpenAPI document, beyond what the framework sees.</summary>
internal static class OperationMetadataExtensions
{
    /// <summary>Names the operation's own refusals. Those that follow from what it is (access, a JSON body, pages, an idempotency key) come by themselves: <see cref="OperationRefusals"/>.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder builder, params ProblemHttpResult[] samples) => builder.WithMetadata(new RefusalMetadata(samples));

    /// <summary>The answer has an <c>ETag</c>.</summary>
    public static RouteHandlerBuilder HasETag(this RouteHandlerBuilder builder) => builder.WithMetadata(ETagMetadata.Instance);

    /// <summary>The operation answers with what no contract type describes.</summary>
    public static RouteHandlerBuilder AnswersWith(this RouteHandlerBuilder builder, string description, params string[] mediaTypes) =>
        builder.WithMetadata(new MediaAnswerMetadata(description, mediaTypes));

    /// <summary>The body is a form.</summary>
    public static RouteHandlerBuilder TakesForm(this RouteHandlerBuilder builder, FormMetadata form) => builder.WithMetadata(form);
}
