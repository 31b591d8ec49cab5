using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts.Modules;
using Platform.Contracts.Versions;
using Platform.Control.Modules;
using Platform.Control.Problems;
using Platform.Data;
using Platform.Data.Blobs;

namespace Platform.Control.Versions;

/// <summary>Stores each component that has dependencies as one binary with them, which is what workers fetch, compile and run.</summary>
internal sealed class Composer(BlobStore blobs, ControlOptions options)
{
    /// <summary>The document with the composed modules. Exactly one of the results is null.</summary>
    public async Task<(VersionDocument? Document, ProblemHttpResult? Refusal)> ComposeAsync(
        TenantScope tenant, VersionDocument document, CancellationToken cancellationToken)
    {
        var components = new List<ComponentDocument>();
        foreach (var component in document.Components)
        {
            if (component.Dependencies.Count == 0)
            {
                components.Add(component);
                continue;
            }

            if (await ComposeAsync(tenant, component, cancellationToken) is not { } composed)
            {
                return (null, Problem.TooLarge($"Component '{component.Id}' is too large together with its dependencies. {ModuleEndpoints.Describe(options)}"));
            }

            components.Add(component with { SourceSha256 = component.ModuleSha256, ModuleSha256 = composed.Sha256 });
        }

        return (document with { Components = components }, null);
    }

    // Null when it is too large.
    private async Task<StoredBlob?> ComposeAsync(TenantScope tenant, ComponentDocument component, CancellationToken cancellationToken)
    {
        var head = CompositionWriter.Head(component.Dependencies.Select(static dependency => (dependency.Name, dependency.Export ?? "", dependency.Inherits)));
        string[] parts = [component.ModuleSha256, .. component.Dependencies.Select(static dependency => dependency.ModuleSha256)];
        var lengths = new long[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            lengths[i] = await blobs.FindAsync(tenant, parts[i], cancellationToken) ?? throw Gone(parts[i]);
        }

        if (head.Length + lengths.Sum() > options.MaxModuleBytes)
        {
            return null;
        }

        var pipe = new Pipe();
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAsync(tenant, head, parts, lengths, pipe.Writer, stopped.Token);
        try
        {
            await using var content = pipe.Reader.AsStream();
            var stored = await blobs.StoreAsync(tenant, content, null, options.MaxModuleBytes, cancellationToken);
            return stored.Blob;
        }
        finally
        {
            // Either it is at its end, or nobody reads on.
            await stopped.CancelAsync();
            await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A failure is the reader's to throw.
    private async Task WriteAsync(TenantScope tenant, byte[] head, string[] parts, long[] lengths, PipeWriter writer, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await writer.WriteAsync(head, cancellationToken);
            for (var i = 0; i < parts.Length; i++)
            {
                await writer.WriteAsync(CompositionWriter.ComponentHead(lengths[i]), cancellationToken);
                await using var part = await blobs.OpenAsync(tenant, parts[i], cancellationToken) ?? throw Gone(parts[i]);
                await part.CopyToAsync(writer, cancellationToken);
            }
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            await writer.CompleteAsync(failure);
        }
    }

    private static InvalidOperationException Gone(string sha256) => new($"sha256:{sha256}, stored a moment ago, is gone");
}
