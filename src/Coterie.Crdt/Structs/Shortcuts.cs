namespace Coterie.Crdt.Structs;

/// <summary>
/// The paths that exist for speed alone. Each can be switched off, and then the general one does the same: same structure, same
/// bytes. Tests run sessions with any of them off.
/// </summary>
[Flags]
internal enum Shortcuts
{
    None = 0,

    /// <summary>Lists are indexed by a tree, not walked.</summary>
    Tree = 1,

    /// <summary>An index is looked for first where the last one was.</summary>
    Cursor = 2,

    /// <summary>Text that continues its client's last item makes that longer, instead of an item that is merged into it.</summary>
    Growth = 4,

    /// <summary>A transaction that only types on, where nobody watches, ends without its ceremony.</summary>
    TypingOn = 8,

    /// <summary>So does one that takes back what stands beside a tombstone.</summary>
    TakingBack = 16,

    /// <summary>An update that holds no more than that is applied without being decoded into items.</summary>
    Keystrokes = 32,

    /// <summary>What an item has on its right is looked for beside what it has on its left.</summary>
    Neighbours = 64,

    /// <summary>Tombstones that came as such hold nothing to forget, and are merged once with all else that came.</summary>
    Tombstones = 128,

    /// <summary>Among items that were all inserted at one place an item finds its own by client ids alone.</summary>
    Siblings = 256,

    /// <summary>A client and the struct of a clock are looked for first where the last ones were.</summary>
    Lookups = 512,

    /// <summary>A list in which an update walks through many conflicts is indexed until the update is applied.</summary>
    Order = 1024,

    /// <summary>Structs that say of themselves what most do are decoded and put in without looking for the exceptions.</summary>
    Loading = 2048,

    /// <summary>A plain text that an empty document is loaded from stays bytes while it is only read.</summary>
    Unread = 4096,

    All =
        Tree
        | Cursor
        | Growth
        | TypingOn
        | TakingBack
        | Keystrokes
        | Neighbours
        | Tombstones
        | Siblings
        | Lookups
        | Order
        | Loading
        | Unread,
}
