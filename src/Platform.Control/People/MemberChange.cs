namespace Platform.Control.People;

/// <summary>What became of changing a member.</summary>
internal enum MemberChange
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>There is no such member.</summary>
    NotFound,

    /// <summary>The tenant would be without an owner.</summary>
    LastOwner,
}
