using Microsoft.AspNetCore.Http.HttpResults;

namespace Platform.Control.OpenApi;

/// <summary>What an operation may refuse a request with, as samples of its answers: the OpenAPI document shows each.</summary>
internal sealed record RefusalMetadata(IReadOnlyList<ProblemHttpResult> Samples);
