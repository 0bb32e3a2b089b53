using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

/// <summary>What can be done with updates alone, without a document. V2 in a name says which format goes in and out.</summary>
public static partial class Update
{
    /// <summary>One update that does what all of them do.</summary>
    /// <exception cref="InvalidUpdateException">One of them is no update.</exception>
    public static byte[] Merge(params IReadOnlyList<byte[]> updates)
    {
        ArgumentNullException.ThrowIfNull(updates);
        if (updates.Count == 1)
            return updates[0];
        var bytes = new ByteWriter();
        new UpdateMerge<UpdateWriterV1>(new(bytes), UpdateBlocks.ReadV1([.. updates])).Run();
        return bytes.ToArray();
    }

    /// <inheritdoc cref="Merge"/>
    public static byte[] MergeV2(params IReadOnlyList<byte[]> updates)
    {
        ArgumentNullException.ThrowIfNull(updates);
        if (updates.Count == 1)
            return updates[0];
        var columns = new UpdateWriterV2.Columns();
        new UpdateMerge<UpdateWriterV2>(new(columns), UpdateBlocks.ReadV2([.. updates])).Run();
        return columns.ToArray();
    }

    /// <summary>What an update holds beyond a state vector.</summary>
    public static byte[] Diff(byte[] update, byte[] stateVector)
    {
        var bytes = new ByteWriter();
        WriteDiff(new UpdateWriterV1(bytes), UpdateBlocks.ReadV1(update), StateVector.Decode(stateVector));
        return bytes.ToArray();
    }

    /// <inheritdoc cref="Diff"/>
    public static byte[] DiffV2(byte[] update, byte[] stateVector)
    {
        var columns = new UpdateWriterV2.Columns();
        WriteDiff(new UpdateWriterV2(columns), UpdateBlocks.ReadV2(update), StateVector.Decode(stateVector));
        return columns.ToArray();
    }

    /// <summary>An update of format v1 in format v2.</summary>
    public static byte[] ToV2(byte[] update)
    {
        var columns = new UpdateWriterV2.Columns();
        Write(new UpdateWriterV2(columns), UpdateBlocks.ReadV1(update));
        return columns.ToArray();
    }

    /// <summary>An update of format v2 in format v1.</summary>
    public static byte[] ToV1(byte[] update)
    {
        var bytes = new ByteWriter();
        Write(new UpdateWriterV1(bytes), UpdateBlocks.ReadV2(update));
        return bytes.ToArray();
    }

    /// <summary>
    /// An update of format v1 of the same structure without what people wrote, so that a broken document can be shown to others.
    /// Who typed when, how much and where can still be read from it; names of roots stay.
    /// </summary>
    /// <exception cref="InvalidUpdateException">It is no update.</exception>
    public static byte[] Obfuscate(byte[] update, ObfuscateOptions? options = null)
    {
        var bytes = new ByteWriter();
        Write(new UpdateWriterV1(bytes), UpdateBlocks.ReadV1(update), new Obfuscator(options ?? new()));
        return bytes.ToArray();
    }

    /// <summary>As <see cref="Obfuscate"/>, in format v2.</summary>
    public static byte[] ObfuscateV2(byte[] update, ObfuscateOptions? options = null)
    {
        var columns = new UpdateWriterV2.Columns();
        Write(new UpdateWriterV2(columns), UpdateBlocks.ReadV2(update), new Obfuscator(options ?? new()));
        return columns.ToArray();
    }

    /// <summary>The state vector that a document has when it has got this update alone.</summary>
    public static StateVector StateVectorOf(byte[] update) => StateVectorOf(UpdateBlocks.ReadV1(update));

    /// <inheritdoc cref="StateVectorOf(byte[])"/>
    public static StateVector StateVectorOfV2(byte[] update) => StateVectorOf(UpdateBlocks.ReadV2(update));

    private static void Write<TWriter>(TWriter writer, UpdateBlocks update, Obfuscator? obfuscator = null)
        where TWriter : IUpdateWriter
    {
        var output = new BlockWriter<TWriter>(writer);
        for (var at = 0; at < update.Blocks.Count; at++)
            output.Write(obfuscator?.Hide(update.Blocks[at]) ?? update.Blocks[at], 0);
        output.Finish(update.Deletes);
    }

    private static void WriteDiff<TWriter>(TWriter writer, UpdateBlocks update, StateVector known)
        where TWriter : IUpdateWriter
    {
        var output = new BlockWriter<TWriter>(writer);
        var blocks = update.Blocks;
        for (var at = 0; at < blocks.Count; )
        {
            var client = blocks[at].Client;
            var clock = known[client];
            if (blocks[at].Kind == ContentKind.Skip || blocks[at].End <= clock)
            {
                at++;
                continue;
            }
            output.Write(blocks[at], Math.Max(clock - blocks[at].Clock, 0));
            for (at++; at < blocks.Count && blocks[at].Client == client; at++)
                output.Write(blocks[at], 0);
        }
        output.Finish(update.Deletes);
    }

    private static StateVector StateVectorOf(UpdateBlocks update)
    {
        var vector = new StateVector();
        var blocks = update.Blocks;
        for (var at = 0; at < blocks.Count; )
        {
            var client = blocks[at].Client;
            var clock = 0;
            var counts = true;
            for (; at < blocks.Count && blocks[at].Client == client; at++)
            {
                counts &= blocks[at].Clock == clock && blocks[at].Kind != ContentKind.Skip;
                if (counts)
                    clock = blocks[at].End;
            }
            if (clock > 0)
                vector.Set(client, clock);
        }
        return vector;
    }

    /// <summary>From which clock to which an update goes, by client.</summary>
    public static (StateVector From, StateVector To) MetaOf(byte[] update) => MetaOf(UpdateBlocks.ReadV1(update));

    /// <inheritdoc cref="MetaOf(byte[])"/>
    public static (StateVector From, StateVector To) MetaOfV2(byte[] update) => MetaOf(UpdateBlocks.ReadV2(update));

    private static (StateVector From, StateVector To) MetaOf(UpdateBlocks update)
    {
        var (from, to) = (new StateVector(), new StateVector());
        for (var at = 0; at < update.Blocks.Count; at++)
        {
            ref readonly var block = ref update.Blocks[at];
            if (!from.Has(block.Client))
                from.Set(block.Client, block.Clock);
            to.Set(block.Client, block.End);
        }
        return (from, to);
    }
}
