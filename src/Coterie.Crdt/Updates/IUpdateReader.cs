using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Updates;

/// <summary>Where the parts of a struct come from in one of the two formats.</summary>
internal interface IUpdateReader
{
    /// <summary>An integer that both formats write in order.</summary>
    ulong Plain();

    /// <summary>The error of that reason at the current offset.</summary>
    InvalidUpdateException Wrong(string reason);

    /// <summary>Bytes that are left for values: no list of values can be longer.</summary>
    int Left { get; }

    /// <summary>
    /// Reads a struct if it is a common one: text or a tombstone, beside earlier ones of its own client. Its client and
    /// clock are there already. False: nothing was read, nothing filled in.
    /// </summary>
    bool TryNear(TextChunks chunks, ClientStructs own, ref Item item);
    void LeftId(out ulong client, out int clock);
    void RightId(out ulong client, out int clock);
    ulong Client();
    byte Info();
    string String();

    /// <summary>Text straight into the document's chunks; answers its place and its units.</summary>
    int Text(TextChunks chunks, out TextPlace place);
    bool ParentInfo();
    int TypeRef();
    int Length();
    object? Any();
    byte[] Binary();
    object? Json();
    string Key();
    void BeginDeletes();
    int DeleteClock();
    int DeleteLength();
    bool IsAtEnd { get; }
}
