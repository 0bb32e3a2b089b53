using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Updates;

/// <summary>All structs of an update in its order, and what it deletes; or of several, one behind the other.</summary>
/// <param name="capacity">How many updates there will be.</param>
/// <param name="isWeighed">Whether what is read was weighed when it came: together, updates make runs that weigh more than their bytes may.</param>
internal sealed class UpdateBlocks(int capacity = 0, bool isWeighed = false)
{
    public readonly BlockList Blocks = new();

    /// <summary>What they weigh, as <see cref="Limits.WeightOf"/> has it.</summary>
    public long Weight { get; private set; }

    /// <summary>Where in <see cref="Blocks"/> each update ends.</summary>
    public readonly List<int> Ends = new(capacity);

    /// <summary>What is deleted in any of them. Of several it is not sorted.</summary>
    public readonly DeleteSet Deletes = new();

    public static UpdateBlocks ReadV1(ReadOnlySpan<byte> update)
    {
        var blocks = new UpdateBlocks(1);
        blocks.AddV1(update);
        return blocks;
    }

    public static UpdateBlocks ReadV2(ReadOnlySpan<byte> update)
    {
        var blocks = new UpdateBlocks(1);
        blocks.AddV2(update);
        return blocks;
    }

    /// <summary>Reads one more update behind those that were read.</summary>
    public void AddV1(ReadOnlySpan<byte> update)
    {
        var reader = new UpdateReaderV1(update);
        Read(ref reader, update.Length);
    }

    /// <inheritdoc cref="AddV1"/>
    public void AddV2(ReadOnlySpan<byte> update)
    {
        var reader = new UpdateReaderV2(update);
        Read(ref reader, update.Length);
    }

    private void Read<TReader>(scoped ref TReader reader, int bytes)
        where TReader : IUpdateReader, allows ref struct
    {
        var most = isWeighed ? Limits.StructsIn(int.MaxValue) : Limits.StructsIn(bytes);
        var left = most;
        var clients = reader.Plain();
        for (ulong each = 0; each < clients; each++)
        {
            var count = reader.Plain();
            if (count > (ulong)left)
                throw reader.Wrong(StructStore.TooMany);
            var client = reader.Client();
            var clock = Clock(ref reader);
            for (ulong at = 0; at < count; at++)
            {
                var block = new UpdateBlock { Client = client, Clock = clock };
                ReadBlock(ref reader, ref block);
                if ((left -= Limits.WeightOf(block.Kind)) < 0)
                    throw reader.Wrong(StructStore.TooMany);
                if (block.Length == 0)
                    throw reader.Wrong("a struct of no length");
                if (block.Length > Limits.MostClock - clock)
                    throw reader.Wrong("a clock of more than 31 bits");
                clock += block.Length;
                Blocks.Add(block);
            }
        }
        Ends.Add(Blocks.Count);
        Weight += most - left;
        // Yjs always writes them in order, and format v2 cannot be written in any other.
        if (!DeleteSet.ReadInto(Deletes, ref reader, most) && Ends.Count == 1)
            Deletes.Sort();
    }

    private static int Clock<TReader>(scoped ref TReader reader)
        where TReader : IUpdateReader, allows ref struct
    {
        var clock = reader.Plain();
        return clock <= Limits.MostClock ? (int)clock : throw reader.Wrong("a clock of more than 31 bits");
    }

    private static void ReadBlock<TReader>(scoped ref TReader reader, ref UpdateBlock block)
        where TReader : IUpdateReader, allows ref struct
    {
        var info = reader.Info();
        block.Kind = (ContentKind)(info & 0x1f);
        if (block.Kind is ContentKind.Gc or ContentKind.Skip)
        {
            block.Length = block.Kind == ContentKind.Gc ? reader.Length() : Clock(ref reader);
            return;
        }
        if (block.Kind > ContentKind.Skip)
            throw reader.Wrong($"a struct of unknown kind {(int)block.Kind}");
        block.HasOrigin = (info & StructStore.HasOrigin) != 0;
        block.HasRightOrigin = (info & StructStore.HasRightOrigin) != 0;
        if (block.HasOrigin)
            reader.LeftId(out block.OriginClient, out block.OriginClock);
        if (block.HasRightOrigin)
        {
            reader.RightId(out block.RightOriginClient, out block.RightOriginClock);
            CheckEarlier(ref reader, block, block.RightOriginClient, block.RightOriginClock);
        }
        if (!block.HasOrigin && !block.HasRightOrigin)
        {
            if (reader.ParentInfo())
                block.ParentName = reader.String();
            else
                reader.LeftId(out block.OriginClient, out block.OriginClock);
            if ((info & StructStore.HasKey) != 0)
                block.Key = reader.String();
        }
        if (block.ParentName is null && (block.HasOrigin || !block.HasRightOrigin))
            CheckEarlier(ref reader, block, block.OriginClient, block.OriginClock);
        ReadContent(ref reader, ref block);
    }

    /// <summary>What a document would refuse is refused here too, or it would be stored and never be loaded.</summary>
    private static void CheckEarlier<TReader>(scoped ref TReader reader, in UpdateBlock block, ulong client, int clock)
        where TReader : IUpdateReader, allows ref struct
    {
        if (client == block.Client && clock >= block.Clock)
            throw reader.Wrong(StructStore.NotEarlier);
    }

    private static void ReadContent<TReader>(scoped ref TReader reader, ref UpdateBlock block)
        where TReader : IUpdateReader, allows ref struct
    {
        switch (block.Kind)
        {
            case ContentKind.String:
                var text = reader.String();
                block.Content = text;
                block.Length = text.Length;
                return;
            case ContentKind.Deleted:
                block.Length = reader.Length();
                return;
            case ContentKind.Any or ContentKind.Json:
                var values = ContentCodec.ReadValues(ref reader, block.Kind == ContentKind.Json);
                block.Content = values;
                block.Length = values.Count;
                return;
            case ContentKind.Binary:
                block.Content = reader.Binary();
                break;
            case ContentKind.Embed:
                block.Content = reader.Json();
                break;
            case ContentKind.Format:
                block.Content = new FormatMark(reader.Key(), reader.Json());
                break;
            case ContentKind.Type:
                var (type, name) = ContentCodec.ReadType(ref reader);
                block.Content = new TypeContent(type, name);
                break;
            default:
                block.Content = ContentCodec.ReadDoc(ref reader);
                break;
        }
        block.Length = 1;
    }
}
