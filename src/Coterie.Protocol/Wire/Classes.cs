namespace Coterie.Protocol.Wire;

/// <summary>Where a class's records may stand.</summary>
[Flags]
public enum Streams : byte
{
    Control = 1,
    Tree = 2,
    Chat = 4,
    Runs = 8,
    Presence = 16,
    Files = 32,
}

/// <summary>Whether a viewer may send a class.</summary>
public enum Viewer : byte
{
    No,
    Yes,
    IfViewersChat,
    IfViewersCall,
}

/// <summary>
/// The fixed shape of a class's clear part: so many bytes, with a blob id of 32 bytes behind them where the kind that they name wants one,
/// or so many blob ids behind their count if there is a list.
/// </summary>
public readonly record struct ClearShape(int Bytes, bool Blobs, bool MayNameOne = false);

/// <summary>One row of the table of PROTOCOL.md section 5.</summary>
public sealed record ClassRow(
    RecordClass Class,
    bool Durable,
    bool Signed,
    ClearShape Clear,
    Streams Streams,
    Viewer Viewer,
    bool StoppedByReadOnly,
    bool OwnerOnly = false,
    bool Reserved = false,
    bool WantsRuns = false
);

/// <summary>The class table of PROTOCOL.md section 5: the only place that says what a class is.</summary>
public static class Classes
{
    private const Streams Content = Streams.Tree | Streams.Chat | Streams.Files;
    private static readonly ClearShape Empty = new(0, false);

    private static readonly ClassRow[] Rows =
    [
        new(RecordClass.Edit, true, true, Empty, Streams.Files, Viewer.No, true),
        new(RecordClass.Tree, true, true, new(33, false, MayNameOne: true), Streams.Tree, Viewer.No, true),
        new(RecordClass.Delete, true, true, new(16, false), Streams.Tree, Viewer.No, true),
        new(RecordClass.Chat, true, true, new(0, true), Streams.Chat, Viewer.IfViewersChat, false),
        new(RecordClass.Presence, false, false, Empty, Streams.Presence, Viewer.Yes, false),
        new(RecordClass.Signal, false, true, Empty, Streams.Control, Viewer.Yes, false),
        new(RecordClass.Snapshot, true, true, new(88, true), Content, Viewer.No, false),
        new(RecordClass.Disclosure, true, true, Empty, Streams.Control, Viewer.No, false),
        new(RecordClass.Run, true, true, new(17, false), Streams.Runs, Viewer.No, true, WantsRuns: true),
        new(RecordClass.Rpc, false, true, Empty, Streams.Control, Viewer.No, false, Reserved: true),
        new(RecordClass.Bytes, false, true, new(4, false), Streams.Control, Viewer.No, false, Reserved: true),
        new(RecordClass.Media, false, false, Empty, Streams.Control, Viewer.IfViewersCall, false, Reserved: true),
        new(RecordClass.Fence, true, true, Empty, Content, Viewer.No, false, OwnerOnly: true),
        new(RecordClass.Attest, true, true, new(32, false), Content, Viewer.No, false, Reserved: true),
        new(RecordClass.Profile, true, true, Empty, Streams.Control, Viewer.Yes, false),
    ];

    public static ReadOnlySpan<ClassRow> All => Rows;

    /// <summary>Whether the byte names a class at all (R1).</summary>
    public static bool Known(byte value) => value is >= (byte)RecordClass.Edit and <= (byte)RecordClass.Profile;

    /// <summary>The row of a known class.</summary>
    public static ClassRow Row(RecordClass value) => Rows[(int)value - 1];

    /// <summary>The blob in which a snapshot has its state; null where that stands in the record, and of all other classes.</summary>
    /// <param name="clear">Of the class's shape.</param>
    public static BlobId? SnapshotBlob(RecordClass value, ReadOnlySpan<byte> clear)
    {
        var at = Row(RecordClass.Snapshot).Clear.Bytes;
        return value == RecordClass.Snapshot && clear[at] == 1 ? BlobId.Read(clear[(at + 1)..]) : null;
    }

    /// <summary>Whether a clear part has exactly the class's shape (J9); what a tree kind says is judged elsewhere.</summary>
    public static bool Fits(ClearShape shape, ReadOnlySpan<byte> clear)
    {
        if (!shape.Blobs)
            return clear.Length == shape.Bytes || (shape.MayNameOne && clear.Length == shape.Bytes + BlobId.Bytes);
        return clear.Length > shape.Bytes && clear.Length == shape.Bytes + 1 + 32 * clear[shape.Bytes];
    }
}
