namespace Platform.Runtime.Components;

/// <summary>The parameters and results of a core function; equal by value.</summary>
internal sealed record CoreSignature(IReadOnlyList<CoreType> Parameters, IReadOnlyList<CoreType> Results)
{
    /// <inheritdoc/>
    public bool Equals(CoreSignature? other) =>
        other is not null && Parameters.SequenceEqual(other.Parameters) && Results.SequenceEqual(other.Results);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Parameters.Count, Results.Count);

    /// <inheritdoc/>
    public override string ToString() =>
        $"({string.Join(' ', Parameters).ToLowerInvariant()}) -> ({string.Join(' ', Results).ToLowerInvariant()})";
}
