namespace Platform.Runtime.Hosting;

/// <summary>A resource type: the platform's, or one that a component of the upload defines.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Host">The class of the platform's resources; null for a component's.</param>
/// <param name="Component">The component instance that defines it; -1 for the platform's.</param>
internal sealed record ResourceKind(string Name, Type? Host, int Component)
{
    /// <summary>Whether a resource is of this type.</summary>
    public bool Matches(Resource resource) => Host is null ? resource is GuestResource guest && ReferenceEquals(guest.Kind, this) : Host.IsInstanceOfType(resource);
}
