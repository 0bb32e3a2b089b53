using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

/// <summary>The same of what a document keeps itself, in format v2: each update was weighed when it came.</summary>
public static partial class Update
{
    internal static byte[] MergeWeighed(IReadOnlyList<byte[]> updates)
    {
        var blocks = new UpdateBlocks(updates.Count, isWeighed: true);
        foreach (var update in updates)
            blocks.AddV2(update);
        return MergedV2(blocks).ToArray();
    }

    internal static byte[] DiffWeighed(byte[] update, StateVector known)
    {
        var columns = new UpdateWriterV2.Columns();
        WriteDiff(new UpdateWriterV2(columns), Weighed(update), known);
        return columns.ToArray();
    }

    internal static byte[] WeighedToV1(byte[] update) => WrittenV1(Weighed(update)).ToArray();

    private static UpdateBlocks Weighed(byte[] update)
    {
        var blocks = new UpdateBlocks(1, isWeighed: true);
        blocks.AddV2(update);
        return blocks;
    }
}
