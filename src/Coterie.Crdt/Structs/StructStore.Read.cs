using Coterie.Crdt.Updates;

namespace Coterie.Crdt.Structs;

/// <summary>
/// Decoding puts an update's structs straight into the arena, in no list yet. Either all of an update is decoded, or it is
/// refused and everything it brought is given back: integration afterwards cannot fail.
/// </summary>
internal sealed partial class StructStore
{
    /// <summary>Decoded structs of one client, by handle, in the order of their clocks, holes included.</summary>
    internal struct DecodedClient(int client, int first, int end)
    {
        public readonly int Client = client;
        public readonly int First = first;
        public readonly int End = end;
        public int Next = first;
    }

    /// <summary>A range of clocks that an update says is deleted.</summary>
    internal readonly record struct DeletedRange(int Client, int Clock, int End);

    internal const string NotEarlier = "a struct that refers to itself or to a later one of its client";

    internal const string TooMany = "more structs than so few bytes may hold";

    private readonly List<int> _decoded = [];
    private readonly List<DecodedClient> _decodedClients = [];
    private readonly List<DeletedRange> _decodedDeletes = [];

    public void Decode<TReader>(scoped ref TReader reader, int bytes)
        where TReader : IUpdateReader, allows ref struct
    {
        var clients = ClientCount;
        var names = Names.Count;
        var tail = Text.Tail;
        _decoded.Clear();
        _decodedClients.Clear();
        _decodedDeletes.Clear();
        try
        {
            DecodeStructs(ref reader, Limits.StructsIn(bytes));
            DecodeDeletes(ref reader, Limits.StructsIn(bytes));
        }
        catch
        {
            foreach (var handle in _decoded)
                Drop(handle);
            _decoded.Clear();
            _decodedClients.Clear();
            _decodedDeletes.Clear();
            if (tail.Chunk >= 0)
                Text.Rewind(tail);
            Names.Forget(names);
            ForgetClients(clients);
            throw;
        }
    }

    /// <summary>Gives back what a large update took to be decoded.</summary>
    public void TrimScratch()
    {
        Trim(_decoded);
        Trim(_decodedDeletes);
    }

    private static void Trim<T>(List<T> list)
    {
        if (list.Capacity <= Limits.MostScratch)
            return;
        list.Clear();
        list.Capacity = 0;
    }

    /// <summary>Forgets a decoded struct that is not needed.</summary>
    public void Drop(int handle)
    {
        FreeContent(Items[handle]);
        Items.Free(handle);
    }

    private void DecodeStructs<TReader>(scoped ref TReader reader, long most)
        where TReader : IUpdateReader, allows ref struct
    {
        var left = most;
        var blocks = reader.Plain();
        for (ulong block = 0; block < blocks; block++)
        {
            var count = reader.Plain();
            var id = ReadClientId(ref reader);
            var clock = ReadClock(ref reader);
            if (count > (ulong)left)
                throw reader.Wrong(TooMany);
            var client = ClientIndex(id);
            var own = _clients[client];
            var isLoading = Takes(Shortcuts.Loading);
            var first = _decoded.Count;
            // A struct takes two bytes at least, as a rule.
            _decoded.EnsureCapacity(first + (int)Math.Min(count, (ulong)reader.Left / 2));
            for (ulong at = 0; at < count; at++)
            {
                var handle = Items.Take();
                ref var item = ref Items[handle];
                item = new Item
                {
                    Client = client,
                    Clock = clock,
                    OriginClient = -1,
                    RightOriginClient = -1,
                };
                _decoded.Add(handle);
                var weight = 1;
                if (!isLoading || !reader.TryNear(Text, own, ref item))
                {
                    DecodeStruct(ref reader, ref item);
                    weight = Limits.WeightOf(item.Kind);
                }
                if ((left -= weight) < 0)
                    throw reader.Wrong(TooMany);
                if (item.Length == 0)
                    throw reader.Wrong("a struct of no length");
                if (item.Length > Limits.MostClock - clock)
                    throw reader.Wrong("a clock of more than 31 bits");
                clock += item.Length;
            }
            _decodedClients.Add(new DecodedClient(client, first, _decoded.Count));
        }
    }

    private void DecodeStruct<TReader>(scoped ref TReader reader, ref Item item)
        where TReader : IUpdateReader, allows ref struct
    {
        var info = reader.Info();
        var kind = (ContentKind)(info & 0x1f);
        if (kind is ContentKind.Gc or ContentKind.Skip)
        {
            item.Length = kind == ContentKind.Gc ? reader.Length() : ReadClock(ref reader);
            item.Kind = kind;
            item.Flags = ItemFlags.Deleted;
            return;
        }
        if (kind > ContentKind.Skip)
            throw reader.Wrong($"a struct of unknown kind {(int)kind}");
        ulong id;
        if ((info & HasOrigin) != 0)
        {
            reader.LeftId(out id, out item.OriginClock);
            item.OriginClient = Earlier(ref reader, id, item.OriginClock, item);
        }
        if ((info & HasRightOrigin) != 0)
        {
            reader.RightId(out id, out item.RightOriginClock);
            item.RightOriginClient = Earlier(ref reader, id, item.RightOriginClock, item);
        }
        if ((info & (HasOrigin | HasRightOrigin)) == 0)
        {
            if (reader.ParentInfo())
            {
                item.OriginClock = Names.Id(reader.String());
                item.Flags |= ItemFlags.ParentByName;
            }
            else
            {
                reader.LeftId(out id, out item.OriginClock);
                item.Parent = Earlier(ref reader, id, item.OriginClock, item);
                item.Flags |= ItemFlags.ParentById;
            }
            if ((info & HasKey) != 0)
            {
                item.Place = Names.Id(reader.String());
                item.Flags |= ItemFlags.Keyed;
            }
        }
        DecodeContent(ref reader, ref item, kind);
    }

    private void DecodeContent<TReader>(scoped ref TReader reader, ref Item item, ContentKind kind)
        where TReader : IUpdateReader, allows ref struct
    {
        object? content;
        switch (kind)
        {
            case ContentKind.String:
                item.Length = reader.Text(Text, out var place);
                item.Content = place.Chunk;
                item.Offset = place.Offset;
                item.Kind = kind;
                item.Flags |= ItemFlags.Countable;
                return;
            case ContentKind.Deleted:
                item.Length = reader.Length();
                item.Kind = kind;
                return;
            case ContentKind.Any or ContentKind.Json:
                var values = ContentCodec.ReadValues(ref reader, kind == ContentKind.Json);
                item.Length = values.Count;
                content = values;
                break;
            case ContentKind.Binary:
                content = reader.Binary();
                break;
            case ContentKind.Embed:
                content = reader.Json();
                break;
            case ContentKind.Format:
                content = new FormatMark(reader.Key(), reader.Json());
                break;
            case ContentKind.Type:
                var (type, name) = ContentCodec.ReadType(ref reader);
                var branch = NewBranch();
                branch.Ref = type;
                branch.Name = name;
                content = branch;
                break;
            default:
                content = ContentCodec.ReadDoc(ref reader);
                break;
        }
        if (kind is not (ContentKind.Any or ContentKind.Json))
            item.Length = 1;
        item.Content = Contents.Add(content!);
        item.Kind = kind;
        if (kind != ContentKind.Format)
            item.Flags |= ItemFlags.Countable;
    }

    /// <summary>The index of a client that a struct refers to. Its own clocks it can know only before itself.</summary>
    private int Earlier<TReader>(scoped ref TReader reader, ulong id, int clock, in Item item)
        where TReader : IUpdateReader, allows ref struct
    {
        var client = id == ClientId(item.Client) ? item.Client : ClientIndex(id);
        if (client == item.Client && clock >= item.Clock)
            throw reader.Wrong(NotEarlier);
        return client;
    }

    private void DecodeDeletes<TReader>(scoped ref TReader reader, long most)
        where TReader : IUpdateReader, allows ref struct
    {
        var clients = reader.Plain();
        for (ulong each = 0; each < clients; each++)
        {
            reader.BeginDeletes();
            var id = ReadPlainId(ref reader);
            var count = reader.Plain();
            if (count > (ulong)(most - _decodedDeletes.Count))
                throw reader.Wrong("more deletions than so few bytes may hold");
            var client = ClientIndex(id);
            _decodedDeletes.EnsureCapacity(_decodedDeletes.Count + (int)Math.Min(count, (ulong)reader.Left / 2));
            for (ulong at = 0; at < count; at++)
            {
                var clock = reader.DeleteClock();
                var length = reader.DeleteLength();
                if (length > Limits.MostClock - clock)
                    throw reader.Wrong("a clock of more than 31 bits");
                if (length > 0)
                    _decodedDeletes.Add(new(client, clock, clock + length));
            }
        }
        if (DeletesOverlap())
            CutDeletes();
    }

    private static ulong ReadClientId<TReader>(scoped ref TReader reader)
        where TReader : IUpdateReader, allows ref struct
    {
        var id = reader.Client();
        return id <= Limits.MostClientId ? id : throw reader.Wrong("a client id of more than 53 bits");
    }

    private static ulong ReadPlainId<TReader>(scoped ref TReader reader)
        where TReader : IUpdateReader, allows ref struct
    {
        var id = reader.Plain();
        return id <= Limits.MostClientId ? id : throw reader.Wrong("a client id of more than 53 bits");
    }

    private static int ReadClock<TReader>(scoped ref TReader reader)
        where TReader : IUpdateReader, allows ref struct
    {
        var clock = reader.Plain();
        return clock <= Limits.MostClock ? (int)clock : throw reader.Wrong("a clock of more than 31 bits");
    }
}
