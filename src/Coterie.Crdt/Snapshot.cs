using System.Buffers;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

/// <summary>
/// What a document was at one moment: what it knew and what of that was deleted. It holds no content; to look at the past, the
/// document must not have collected what is deleted (<see cref="YDocOptions.Gc"/>).
/// </summary>
public sealed class Snapshot
{
    /// <summary>Before anything was there.</summary>
    public static Snapshot Empty { get; } = new(new DeleteSet(), new StateVector());

    /// <summary>A snapshot of what was known and what of that was deleted.</summary>
    public Snapshot(DeleteSet deleted, StateVector known)
    {
        ArgumentNullException.ThrowIfNull(deleted);
        ArgumentNullException.ThrowIfNull(known);
        Deleted = deleted;
        Known = known;
    }

    /// <summary>What was deleted.</summary>
    public DeleteSet Deleted { get; }

    /// <summary>What was known.</summary>
    public StateVector Known { get; }

    /// <summary>The document as it is.</summary>
    public static Snapshot Of(YDoc doc)
    {
        ArgumentNullException.ThrowIfNull(doc);
        return new(doc.DeletedSet(), doc.StateVector);
    }

    /// <summary>A document as the other one was then.</summary>
    /// <param name="from">The document that has gone on.</param>
    /// <param name="into">A fresh document that takes it in. Null: one of the usual options.</param>
    /// <exception cref="InvalidOperationException">The document collects what is deleted.</exception>
    public YDoc Restore(YDoc from, YDoc? into = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        if (from.Gc)
            throw new InvalidOperationException("The document forgets what is deleted: its past cannot be seen.");
        var restored = into ?? new YDoc();
        restored.ApplyOwn(from.EncodeAt(this), "snapshot");
        return restored;
    }

    /// <summary>Whether all that an update of format v1 does is in the snapshot.</summary>
    /// <exception cref="InvalidUpdateException">It is no update.</exception>
    public bool Contains(ReadOnlySpan<byte> update) => Contains(UpdateBlocks.ReadV1(update));

    /// <summary>Whether all that an update of format v2 does is in the snapshot.</summary>
    /// <exception cref="InvalidUpdateException">It is no update.</exception>
    public bool ContainsV2(ReadOnlySpan<byte> update) => Contains(UpdateBlocks.ReadV2(update));

    /// <summary>Whether a unit was there then: known, and not deleted.</summary>
    internal bool Shows(ulong client, int clock) => Known[client] > clock && !Deleted.Contains(client, clock);

    private bool Contains(UpdateBlocks update)
    {
        for (var at = 0; at < update.Blocks.Count; at++)
            if (Known[update.Blocks[at].Client] < update.Blocks[at].End)
                return false;
        return DeleteSet.AreEqual(Deleted, DeleteSet.Merge(Deleted, update.Deletes));
    }

    /// <summary>As bytes, in format v1.</summary>
    public byte[] Encode() => Write().ToArray();

    /// <summary>As <see cref="Encode()"/>, written behind what is in a buffer.</summary>
    public void Encode(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Write().CopyTo(output);
    }

    /// <summary>As bytes, in format v2.</summary>
    public byte[] EncodeV2() => WriteV2().ToArray();

    /// <summary>As <see cref="EncodeV2()"/>, written behind what is in a buffer.</summary>
    public void EncodeV2(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        WriteV2().CopyTo(output);
    }

    private ByteWriter Write()
    {
        var bytes = new ByteWriter();
        Deleted.Write(new UpdateWriterV1(bytes));
        bytes.Bytes(Known.Encode());
        return bytes;
    }

    private ByteWriter WriteV2()
    {
        var columns = new UpdateWriterV2.Columns();
        Deleted.Write(new UpdateWriterV2(columns));
        columns.Rest.Bytes(Known.Encode());
        return columns.Rest;
    }

    /// <summary>From bytes of format v1.</summary>
    /// <exception cref="InvalidUpdateException">They are no snapshot.</exception>
    public static Snapshot Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new UpdateReaderV1(bytes);
        return new(DeleteSet.Read(ref reader, Limits.StructsIn(bytes.Length)), reader.StateVector());
    }

    /// <summary>From bytes of format v2.</summary>
    /// <exception cref="InvalidUpdateException">They are no snapshot.</exception>
    public static Snapshot DecodeV2(ReadOnlySpan<byte> bytes)
    {
        var reader = UpdateReaderV2.OfDeletes(bytes);
        return new(DeleteSet.Read(ref reader, Limits.StructsIn(bytes.Length)), reader.StateVector());
    }
}
