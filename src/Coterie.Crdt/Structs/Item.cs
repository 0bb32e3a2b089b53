namespace Coterie.Crdt.Structs;

/// <summary>What a struct holds. The numbers are the refs of the update format.</summary>
internal enum ContentKind : byte
{
    /// <summary>Nothing: a collected struct whose parent was deleted too; it is in no list.</summary>
    Gc = 0,

    /// <summary>Nothing but its length: a collected struct that still holds its place in a list.</summary>
    Deleted = 1,

    /// <summary>Values written by Yjs before version 13 as JSON texts.</summary>
    Json = 2,
    Binary = 3,
    String = 4,

    /// <summary>One value inside rich text.</summary>
    Embed = 5,

    /// <summary>A formatting mark: from here on this attribute has this value. It has a clock but no index.</summary>
    Format = 6,

    /// <summary>A shared type.</summary>
    Type = 7,
    Any = 8,

    /// <summary>A subdocument.</summary>
    Doc = 9,

    /// <summary>A hole in an update; never in a document.</summary>
    Skip = 10,
}

[Flags]
internal enum ItemFlags : byte
{
    None = 0,
    Deleted = 1,

    /// <summary>Its content has an index: everything but Deleted and Format.</summary>
    Countable = 2,

    /// <summary>Never collected: an undo stack may want it back.</summary>
    Keep = 4,

    /// <summary>A value under a key (Place is the key's id), not a place in a list (Place is the leaf).</summary>
    Keyed = 8,

    /// <summary>Undo made a copy of it; StructStore.Redone says which.</summary>
    Redone = 16,

    /// <summary>Decoded, not integrated: the origin's place holds the parent's id.</summary>
    ParentById = 32,

    /// <summary>Decoded, not integrated: OriginClock is the id of the parent root's name.</summary>
    ParentByName = 64,
}

/// <summary>
/// A run of insertions by one client with adjacent clocks, each right of the one before: the element of every list and map.
/// Items live in an <see cref="ItemArena"/> and refer to each other by handle (0 is none); clients by index (-1 is none).
/// An item occupies the clocks Clock to Clock + Length - 1 of its client.
/// </summary>
internal struct Item
{
    public int Clock;
    public int Length;
    public int Client;
    public int OriginClient;
    public int OriginClock;
    public int RightOriginClient;
    public int RightOriginClock;
    public int Left;
    public int Right;

    /// <summary>Index of the shared type in the store; 0 in a struct that is in no list.</summary>
    public int Parent;

    /// <summary>The leaf of the parent's position tree, or the key's id, by <see cref="ItemFlags.Keyed"/>.</summary>
    public int Place;

    /// <summary>The chunk of a string's text, or the index of any other content's object.</summary>
    public int Content;

    /// <summary>Where in its chunk a string begins, or in their list its values.</summary>
    public int Offset;
    public ContentKind Kind;
    public ItemFlags Flags;

    /// <summary>How many free units lie behind a string's text.</summary>
    public ushort Room;

    public readonly int End => Clock + Length;
    public readonly bool IsDeleted => (Flags & ItemFlags.Deleted) != ItemFlags.None;
    public readonly bool IsKeyed => (Flags & ItemFlags.Keyed) != ItemFlags.None;
    public readonly bool IsCountable => (Flags & ItemFlags.Countable) != ItemFlags.None;
    public readonly bool IsVisible => (Flags & (ItemFlags.Deleted | ItemFlags.Countable)) == ItemFlags.Countable;
    public readonly bool HasOrigin => OriginClient >= 0;
    public readonly bool HasRightOrigin => RightOriginClient >= 0;

    /// <summary>How many indexes of its list the item takes.</summary>
    public readonly int Visible => IsVisible ? Length : 0;

    public readonly bool Has(ItemFlags flags) => (Flags & flags) != ItemFlags.None;

    public readonly bool Holds(int client, int clock) => Client == client && Clock <= clock && clock < End;

    public readonly bool IsRightOriginOf(in Item other) =>
        Client == other.RightOriginClient && Clock == other.RightOriginClock;

    public readonly bool OriginIs(int client, int clock) => OriginClient == client && OriginClock == clock;

    public readonly bool HasSameOrigin(in Item other) =>
        OriginClient == other.OriginClient && (OriginClient < 0 || OriginClock == other.OriginClock);

    public readonly bool HasSameRightOrigin(in Item other) =>
        RightOriginClient == other.RightOriginClient
        && (RightOriginClient < 0 || RightOriginClock == other.RightOriginClock);
}
