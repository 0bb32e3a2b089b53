using System.Buffers;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

/// <summary>The same into buffers. Where an exception is thrown nothing was written.</summary>
public static partial class Update
{
    /// <summary>Writes one update that does what all of them do, behind what is in a buffer.</summary>
    /// <exception cref="InvalidUpdateException">One of them is no update.</exception>
    public static void Merge(IReadOnlyList<ReadOnlyMemory<byte>> updates, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(output);
        if (updates.Count == 1)
        {
            output.Write(updates[0].Span);
            return;
        }
        var blocks = new UpdateBlocks(updates.Count);
        foreach (var update in updates)
            blocks.AddV1(update.Span);
        MergedV1(blocks).CopyTo(output);
    }

    /// <summary>As <see cref="Merge(IReadOnlyList{ReadOnlyMemory{byte}}, IBufferWriter{byte})"/>, in format v2.</summary>
    /// <exception cref="InvalidUpdateException">One of them is no update.</exception>
    public static void MergeV2(IReadOnlyList<ReadOnlyMemory<byte>> updates, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(output);
        if (updates.Count == 1)
        {
            output.Write(updates[0].Span);
            return;
        }
        var blocks = new UpdateBlocks(updates.Count);
        foreach (var update in updates)
            blocks.AddV2(update.Span);
        MergedV2(blocks).CopyTo(output);
    }

    /// <summary>Writes what an update holds beyond an encoded state vector, behind what is in a buffer.</summary>
    /// <exception cref="InvalidUpdateException">It is no update, or the other no state vector.</exception>
    public static void Diff(ReadOnlySpan<byte> update, ReadOnlySpan<byte> stateVector, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        DiffedV1(update, stateVector).CopyTo(output);
    }

    /// <summary>As <see cref="Diff(ReadOnlySpan{byte}, ReadOnlySpan{byte}, IBufferWriter{byte})"/>, in format v2.</summary>
    /// <exception cref="InvalidUpdateException">It is no update, or the other no state vector.</exception>
    public static void DiffV2(ReadOnlySpan<byte> update, ReadOnlySpan<byte> stateVector, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        DiffedV2(update, stateVector).CopyTo(output);
    }

    /// <summary>Writes an update of format v1 in format v2, behind what is in a buffer.</summary>
    /// <exception cref="InvalidUpdateException">It is no update.</exception>
    public static void ToV2(ReadOnlySpan<byte> update, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        WrittenV2(UpdateBlocks.ReadV1(update)).CopyTo(output);
    }

    /// <summary>Writes an update of format v2 in format v1, behind what is in a buffer.</summary>
    /// <exception cref="InvalidUpdateException">It is no update.</exception>
    public static void ToV1(ReadOnlySpan<byte> update, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        WrittenV1(UpdateBlocks.ReadV2(update)).CopyTo(output);
    }

    private static ByteWriter MergedV1(UpdateBlocks updates)
    {
        var bytes = new ByteWriter();
        new UpdateMerge<UpdateWriterV1>(new(bytes), updates).Run();
        return bytes;
    }

    private static UpdateWriterV2.Columns MergedV2(UpdateBlocks updates)
    {
        var columns = new UpdateWriterV2.Columns();
        new UpdateMerge<UpdateWriterV2>(new(columns), updates).Run();
        return columns;
    }

    private static ByteWriter DiffedV1(ReadOnlySpan<byte> update, ReadOnlySpan<byte> stateVector)
    {
        var bytes = new ByteWriter();
        WriteDiff(new UpdateWriterV1(bytes), UpdateBlocks.ReadV1(update), StateVector.Decode(stateVector));
        return bytes;
    }

    private static UpdateWriterV2.Columns DiffedV2(ReadOnlySpan<byte> update, ReadOnlySpan<byte> stateVector)
    {
        var columns = new UpdateWriterV2.Columns();
        WriteDiff(new UpdateWriterV2(columns), UpdateBlocks.ReadV2(update), StateVector.Decode(stateVector));
        return columns;
    }

    private static ByteWriter WrittenV1(UpdateBlocks update, Obfuscator? obfuscator = null)
    {
        var bytes = new ByteWriter();
        Write(new UpdateWriterV1(bytes), update, obfuscator);
        return bytes;
    }

    private static UpdateWriterV2.Columns WrittenV2(UpdateBlocks update, Obfuscator? obfuscator = null)
    {
        var columns = new UpdateWriterV2.Columns();
        Write(new UpdateWriterV2(columns), update, obfuscator);
        return columns;
    }

    private static void Write<TWriter>(TWriter writer, UpdateBlocks update, Obfuscator? obfuscator)
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
}
