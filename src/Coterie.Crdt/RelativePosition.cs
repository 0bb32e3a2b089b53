using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt;

/// <summary>The name of one insertion: who made it, and which of theirs it was.</summary>
public readonly record struct StructId(ulong Client, int Clock);

/// <summary>
/// A place in a text or list that stays where it belongs while others edit: it sticks to a unit, or to the end of a type.
/// </summary>
/// <param name="Type">The nested type that it is in: at its end, or at its beginning, when it sticks to no unit.</param>
/// <param name="Root">The root that it is in, likewise.</param>
/// <param name="Item">The unit that it sticks to; this alone counts then, and goes into <see cref="Encode"/>.</param>
/// <param name="Association">From 0 on it sticks to the unit on its right, below 0 to the one on its left.</param>
public sealed partial record RelativePosition(StructId? Type, string? Root, StructId? Item, int Association)
{
    private const byte ItemTag = 0;
    private const byte RootTag = 1;
    private const byte TypeTag = 2;

    /// <summary>The place before an index of a type.</summary>
    public static RelativePosition At(YType type, int index, int association = 0)
    {
        ArgumentNullException.ThrowIfNull(type);
        var branch = type.Branch;
        if (branch.Item < 0)
            throw new ArgumentException("The type was deleted and is forgotten.", nameof(type));
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, branch.Length);
        var store = branch.Store;
        StructId? item = null;
        if (association >= 0 || index > 0)
        {
            if (association < 0)
                index--;
            if (index < branch.Length)
            {
                var (handle, start) = branch.Find(index + 1);
                item = store.IdAt(handle, index - start);
            }
            else if (association < 0 && branch.LastItem() is var last and not 0)
                item = store.IdAt(last, store.Items[last].Length - 1);
        }
        return branch.Root is not null
            ? new(null, branch.Root, item, association)
            : new(store.IdAt(branch.Item, 0), null, item, association);
    }

    /// <summary>
    /// Where it is now in a document; null when that document does not have what it sticks to, or nobody has said yet of what type
    /// that root is (<see cref="YDoc.GetText"/> and its like).
    /// </summary>
    /// <param name="doc">The document.</param>
    /// <param name="followUndone">Whether it goes along when what it sticks to was deleted and undo made it anew.</param>
    public (YType Type, int Index)? In(YDoc doc, bool followUndone = true)
    {
        ArgumentNullException.ThrowIfNull(doc);
        doc.CheckThread();
        var store = doc.Store;
        if (Item is { } id)
        {
            if (store.TryFollow(id, followUndone, out var handle, out var offset))
                return At(doc, store, handle, offset);
            return null;
        }
        Branch? branch;
        if (Root is not null)
            store.Roots.TryGetValue(store.Names.Find(Root), out branch);
        else if (
            Type is { } type
            && store.TryFollow(type, followUndone, out var holder, out _)
            && store.Items[holder].Kind == ContentKind.Type
        )
            branch = (Branch)store.Contents[store.Items[holder].Content];
        else
            return null;
        return branch is null ? null : Place(doc, branch, Association >= 0 ? branch.Length : 0);
    }

    private static (YType, int)? Place(YDoc doc, Branch branch, int index) =>
        branch.Ref == TypeRef.Unknown ? null : (YType.ViewOf(doc, branch), index);

    private (YType, int)? At(YDoc doc, StructStore store, int handle, int offset)
    {
        ref readonly var item = ref store.Items[handle];
        if (item.Kind == ContentKind.Gc)
            return null;
        var branch = store.Branches[item.Parent];
        if (branch.IsDeleted)
            return Place(doc, branch, 0);
        var within = item.IsVisible ? offset + (Association >= 0 ? 0 : 1) : 0;
        return Place(doc, branch, branch.IndexOf(handle) + within);
    }

    /// <summary>As bytes.</summary>
    public byte[] Encode()
    {
        var bytes = new ByteWriter();
        if (Item is { } item)
            Write(bytes, ItemTag, item);
        else if (Root is not null)
        {
            bytes.Byte(RootTag);
            bytes.VarString(Root);
        }
        else
            Write(bytes, TypeTag, Type ?? throw new InvalidOperationException("The position names no place."));
        bytes.VarInt(Association);
        return bytes.ToArray();
    }

    private static void Write(ByteWriter bytes, byte tag, StructId id)
    {
        bytes.Byte(tag);
        bytes.VarUint(id.Client);
        bytes.VarUint(id.Clock);
    }

    /// <summary>From bytes. They name a unit, a root or a type, never two of them.</summary>
    /// <exception cref="InvalidUpdateException">They are no position.</exception>
    public static RelativePosition Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        StructId? type = null,
            item = null;
        string? root = null;
        switch (reader.VarUint())
        {
            case ItemTag:
                item = ReadId(ref reader);
                break;
            case RootTag:
                root = reader.VarString();
                break;
            case TypeTag:
                type = ReadId(ref reader);
                break;
            default:
                throw reader.Wrong("a position of unknown kind");
        }
        var association = 0;
        if (!reader.IsAtEnd)
        {
            var magnitude = reader.VarInt(out var negative);
            if (magnitude > int.MaxValue)
                throw reader.Wrong("an association of more than 31 bits");
            association = negative ? -(int)magnitude : (int)magnitude;
        }
        return new(type, root, item, association);
    }

    private static StructId ReadId(scoped ref ByteReader reader) =>
        new(reader.VarUint(), reader.Small(Limits.MostClock, "a clock of more than 31 bits"));
}
