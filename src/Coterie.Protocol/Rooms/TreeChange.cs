using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>What a class-2 record does to a node.</summary>
public enum TreeKind : byte
{
    CreateFile = 1,
    CreateFolder = 2,
    Rename = 3,
    Move = 4,
    Restore = 5,

    /// <summary>Creates a file whose content is a blob, and has no stream.</summary>
    CreateBinary = 6,

    /// <summary>Gives such a file other content.</summary>
    Content = 7,
}

/// <summary>The clear part of classes 2 and 3. The blob is set exactly where the kind names one.</summary>
public readonly record struct TreeChange(NodeId Node, NodeId Parent, TreeKind Kind, bool Delete, BlobId? Blob = null)
{
    private const int BlobAt = 16 + 16 + 1;

    /// <summary>Whether a record of this kind names the blob that is its node's content.</summary>
    public static bool NamesBlob(TreeKind kind) => kind is TreeKind.CreateBinary or TreeKind.Content;

    /// <summary>Whether a record of this kind makes its node.</summary>
    public static bool Creates(TreeKind kind) =>
        kind is TreeKind.CreateFile or TreeKind.CreateFolder or TreeKind.CreateBinary;

    /// <summary>
    /// Reads a clear part of the class's shape. False if its kind is unknown, it names a blob where its kind has none or none where it has one,
    /// or it names a parent and its kind has none.
    /// </summary>
    public static bool TryRead(RecordClass record, ReadOnlySpan<byte> clear, out TreeChange change)
    {
        if (record == RecordClass.Delete)
        {
            change = new TreeChange(NodeId.Read(clear), NodeId.Root, default, true);
            return true;
        }
        BlobId? blob = clear.Length > BlobAt ? BlobId.Read(clear[BlobAt..]) : null;
        change = new TreeChange(NodeId.Read(clear), NodeId.Read(clear[16..]), (TreeKind)clear[32], false, blob);
        return change.Kind is >= TreeKind.CreateFile and <= TreeKind.Content
            && blob.HasValue == NamesBlob(change.Kind)
            && (change.Kind is not (TreeKind.Rename or TreeKind.Content) || change.Parent == NodeId.Root);
    }
}
