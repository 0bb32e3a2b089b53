using System.Buffers;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt.Structs;

/// <summary>How structs are written. The first of a client may be cut: its origin is then the clock before the cut.</summary>
internal sealed partial class StructStore
{
    internal const byte HasOrigin = 0x80;
    internal const byte HasRightOrigin = 0x40;
    internal const byte HasKey = 0x20;

    /// <summary>All structs of a client from a clock on.</summary>
    public void WriteClient<TWriter>(TWriter writer, ClientStructs client, int from)
        where TWriter : IUpdateWriter
    {
        var place = client.Find(from);
        writer.Rest.VarUint(client.CountFrom(place));
        writer.Client(client.Id);
        writer.Rest.VarUint(from);
        ref readonly var first = ref Items[client[place]];
        WriteItem(writer, first, from - first.Clock);
        for (var (chunk, at) = (place.Chunk, place.At + 1); chunk < client.ChunkCount; chunk++, at = 0)
            foreach (ref readonly var entry in client.InChunk(chunk)[at..])
                WriteItem(writer, Items[entry.Handle], 0);
    }

    /// <summary>The structs of a client between two clocks, at both of which structs begin or end.</summary>
    public void WriteClient<TWriter>(TWriter writer, ClientStructs client, int from, int until)
        where TWriter : IUpdateWriter
    {
        var place = client.Find(from);
        var count = 1;
        for (var next = place; client.Next(ref next) && Items[client[next]].Clock < until; )
            count++;
        writer.Rest.VarUint(count);
        writer.Client(client.Id);
        writer.Rest.VarUint(from);
        do WriteItem(writer, Items[client[place]], 0);
        while (--count > 0 && client.Next(ref place));
    }

    /// <summary>All clocks that are deleted.</summary>
    public void WriteDeletes<TWriter>(TWriter writer)
        where TWriter : IUpdateWriter
    {
        var bounds = ArrayPool<int>.Shared.Rent(_clients.Sum(static client => client.Count + 1));
        var taken = 0;
        var clients = new List<(ulong Id, int First, int End)>();
        foreach (var client in Clients)
        {
            var count = client.DeletedBounds(Items, bounds.AsSpan(taken));
            if (count == 0)
                continue;
            clients.Add((client.Id, taken, taken + count));
            taken += count;
        }
        if (clients.Count > 1)
            clients.Sort(static (one, other) => other.Id.CompareTo(one.Id));
        writer.Rest.VarUint(clients.Count);
        foreach (var (id, first, end) in clients)
        {
            writer.BeginDeletes();
            writer.Rest.VarUint(id);
            writer.Rest.VarUint((end - first) / 2);
            for (var at = first; at < end; at += 2)
                writer.Deleted(bounds[at], bounds[at + 1] - bounds[at]);
        }
        ArrayPool<int>.Shared.Return(bounds);
    }

    private void WriteItem<TWriter>(TWriter writer, in Item item, int cut)
        where TWriter : IUpdateWriter
    {
        var info = (byte)item.Kind;
        if (item.Kind == ContentKind.Skip)
        {
            writer.Info(info);
            writer.Rest.VarUint(item.Length);
            return;
        }
        if (item.Kind == ContentKind.Gc)
        {
            writer.Info(info);
            writer.Length(item.Length - cut);
            return;
        }
        var left = item.HasOrigin ? _clients[item.OriginClient] : null;
        var leftClock = item.OriginClock;
        if (cut > 0)
            (left, leftClock) = (_clients[item.Client], item.Clock + cut - 1);
        if (left is not null)
            info |= HasOrigin;
        var right = item.HasRightOrigin ? _clients[item.RightOriginClient] : null;
        if (right is not null)
            info |= HasRightOrigin;
        if (item.IsKeyed)
            info |= HasKey;
        writer.Beside(info, left, leftClock, right, item.RightOriginClock);
        if (left is null && right is null)
            WriteParent(writer, item);
        WriteContent(writer, item, cut);
    }

    private void WriteParent<TWriter>(TWriter writer, in Item item)
        where TWriter : IUpdateWriter
    {
        if (item.Has(ItemFlags.ParentById))
        {
            writer.ParentInfo(false);
            writer.LeftId(ClientId(item.Parent), item.OriginClock);
        }
        else if (item.Has(ItemFlags.ParentByName) || Branches[item.Parent].Root is not null)
        {
            writer.ParentInfo(true);
            writer.String(item.Has(ItemFlags.ParentByName) ? Names[item.OriginClock] : Branches[item.Parent].Root);
        }
        else
        {
            ref readonly var holder = ref Items[Branches[item.Parent].Item];
            writer.ParentInfo(false);
            writer.LeftId(ClientId(holder.Client), holder.Clock);
        }
        if (item.IsKeyed)
            writer.String(Names[item.Place]);
    }

    private void WriteContent<TWriter>(TWriter writer, in Item item, int cut)
        where TWriter : IUpdateWriter
    {
        if (item.Kind == ContentKind.String)
            writer.Text(Text.From(item)[cut..], item.Length - cut);
        else if (item.Kind == ContentKind.Deleted)
            writer.Length(item.Length - cut);
        else
            ContentCodec.Write(writer, item.Kind, Contents[item.Content], item.Offset + cut, item.Length - cut);
    }
}
