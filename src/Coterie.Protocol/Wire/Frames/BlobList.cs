using System.Diagnostics.CodeAnalysis;

namespace Coterie.Protocol.Wire.Frames;

/// <summary>A counted list of <c>b16</c> inside a frame, over its bytes: manifests or doors. Walked with foreach; never copied.</summary>
public readonly ref struct BlobList
{
    private readonly ReadOnlySpan<byte> bytes;

    private BlobList(ReadOnlySpan<byte> bytes, int count)
    {
        this.bytes = bytes;
        Count = count;
    }

    public int Count { get; }

    /// <summary>Parses one of the items.</summary>
    public delegate bool Parser<T>(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out T? parsed, out WireError error);

    /// <summary>All items parsed. False where one does not parse.</summary>
    public bool TryParse<T>(Parser<T> parser, out List<T> parsed)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(parser);
        parsed = [];
        foreach (var item in this)
        {
            if (!parser(item, out var one, out _))
                return false;
            parsed.Add(one);
        }
        return true;
    }

    public Enumerator GetEnumerator() => new(bytes);

    /// <summary>The bytes a list of these items takes, without its count.</summary>
    public static int Size(IReadOnlyList<byte[]> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var size = 0;
        for (var i = 0; i < items.Count; i++)
            size += 2 + items[i].Length;
        return size;
    }

    internal static void Write(ref ByteWriter writer, IReadOnlyList<byte[]> items)
    {
        for (var i = 0; i < items.Count; i++)
            writer.B16(items[i]);
    }

    /// <summary>Reads a list whose count was just read.</summary>
    internal static BlobList Read(scoped ref ByteReader reader, int count, int most, int mostBytes = ushort.MaxValue)
    {
        reader.Demand(count <= most, WireError.Length);
        var ahead = reader;
        for (var i = 0; i < count && ahead.Ok; i++)
            ahead.B16(most: mostBytes);
        var items = reader.Bytes(ahead.Position - reader.Position);
        reader.Demand(ahead.Ok, ahead.Error);
        return new BlobList(items, count);
    }

    public ref struct Enumerator
    {
        private ByteReader reader;

        internal Enumerator(ReadOnlySpan<byte> bytes) => reader = new ByteReader(bytes);

        public ReadOnlySpan<byte> Current { get; private set; }

        public bool MoveNext()
        {
            if (reader.Remaining == 0)
                return false;
            Current = reader.B16();
            return true;
        }
    }
}
