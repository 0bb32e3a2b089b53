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
}

/// <summary>The clear part of classes 2 and 3.</summary>
public readonly record struct TreeChange(NodeId Node, NodeId Parent, TreeKind Kind, bool Delete)
{
    /// <summary>Reads a clear part of the right length. False if its kind is unknown, or a rename names a parent.</summary>
    public static bool TryRead(RecordClass record, ReadOnlySpan<byte> clear, out TreeChange change)
    {
        if (record == RecordClass.Delete)
        {
            change = new TreeChange(NodeId.Read(clear), NodeId.Root, default, true);
            return true;
        }
        change = new TreeChange(NodeId.Read(clear), NodeId.Read(clear[16..]), (TreeKind)clear[32], false);
        return change.Kind is >= TreeKind.CreateFile and <= TreeKind.Restore
            && (change.Kind != TreeKind.Rename || change.Parent == NodeId.Root);
    }
}
