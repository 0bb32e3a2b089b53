using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

/// <summary>What can be done with updates alone, without a document. V2 in a name says which format goes in and out.</summary>
public static partial class Update
{
    /// <summary>One update that does what all of them do; of one alone, a copy of its bytes.</summary>
    /// <exception cref="InvalidUpdateException">One of them is no update.</exception>
    public static byte[] Merge(params IReadOnlyList<byte[]> updates)
    {
        ArgumentNullException.ThrowIfNull(updates);
        var blocks = new UpdateBlocks(updates.Count);
        foreach (var update in updates)
            blocks.AddV1(update);
        return updates.Count == 1 ? [.. updates[0]] : MergedV1(blocks).ToArray();
    }

    /// <summary>As <see cref="Merge(IReadOnlyList{byte[]})"/>, in format v2.</summary>
    /// <exception cref="InvalidUpdateException">One of them is no update.</exception>
    public static byte[] MergeV2(params IReadOnlyList<byte[]> updates)
    {
        ArgumentNullException.ThrowIfNull(updates);
        var blocks = new UpdateBlocks(updates.Count);
        foreach (var update in updates)
            blocks.AddV2(update);
        return updates.Count == 1 ? [.. updates[0]] : MergedV2(blocks).ToArray();
    }

    /// <summary>What an update holds beyond an encoded state vector.</summary>
    /// <exception cref="InvalidUpdateException">It is no update, or the other no state vector.</exception>
    public static byte[] Diff(ReadOnlySpan<byte> update, ReadOnlySpan<byte> stateVector) =>
        DiffedV1(update, stateVector).ToArray();

    /// <summary>As <see cref="Diff(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>, in format v2.</summary>
    /// <exception cref="InvalidUpdateException">It is no update, or the other no state vector.</exception>
    public static byte[] DiffV2(ReadOnlySpan<byte> update, ReadOnlySpan<byte> stateVector) =>
        DiffedV2(update, stateVector).ToArray();

    /// <summary>An update of format v1 in format v2.</summary>
    /// <exception cref="InvalidUpdateException">It is no update.</exception>
    public static byte[] ToV2(ReadOnlySpan<byte> update) => WrittenV2(UpdateBlocks.ReadV1(update)).ToArray();

    /// <summary>An update of format v2 in format v1.</summary>
    /// <exception cref="InvalidUpdateException">It is no update.</exception>
    public static byte[] ToV1(ReadOnlySpan<byte> update) => WrittenV1(UpdateBlocks.ReadV2(update)).ToArray();

    /// <summary>
    /// An update of format v1 of the same structure without what people wrote, so that a broken document can be shown to others.
    /// Who typed when, how much and where can still be read from it; names of roots stay.
    /// </summary>
    /// <exception cref="InvalidUpdateException">It is no update.</exception>
    public static byte[] Obfuscate(ReadOnlySpan<byte> update, ObfuscateOptions? options = null) =>
        WrittenV1(UpdateBlocks.ReadV1(update), new Obfuscator(options ?? new())).ToArray();

    /// <summary>As <see cref="Obfuscate"/>, in format v2.</summary>
    /// <exception cref="InvalidUpdateException">It is no update.</exception>
    public static byte[] ObfuscateV2(ReadOnlySpan<byte> update, ObfuscateOptions? options = null) =>
        WrittenV2(UpdateBlocks.ReadV2(update), new Obfuscator(options ?? new())).ToArray();

    /// <summary>The state vector that a document has when it has got this update alone.</summary>
    /// <exception cref="InvalidUpdateException">It is no update.</exception>
    public static StateVector StateVectorOf(ReadOnlySpan<byte> update) => StateVectorOf(UpdateBlocks.ReadV1(update));

    /// <inheritdoc cref="StateVectorOf(ReadOnlySpan{byte})"/>
    public static StateVector StateVectorOfV2(ReadOnlySpan<byte> update) => StateVectorOf(UpdateBlocks.ReadV2(update));

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
    /// <exception cref="InvalidUpdateException">It is no update.</exception>
    public static (StateVector From, StateVector To) MetaOf(ReadOnlySpan<byte> update) =>
        MetaOf(UpdateBlocks.ReadV1(update));

    /// <inheritdoc cref="MetaOf(ReadOnlySpan{byte})"/>
    public static (StateVector From, StateVector To) MetaOfV2(ReadOnlySpan<byte> update) =>
        MetaOf(UpdateBlocks.ReadV2(update));

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
