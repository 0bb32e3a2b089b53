using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Updates;

/// <summary>
/// Merges updates struct by struct, always taking the one that comes first: the highest client, the lowest clock. A gap becomes
/// a Skip; of two that overlap, the second is cut.
/// </summary>
internal static class UpdateMerge
{
    private sealed class Source(UpdateBlocks update)
    {
        private readonly List<UpdateBlock> _blocks = update.Blocks;
        private int _at;

        public bool IsAtEnd => _at == _blocks.Count;

        public UpdateBlock Current => _blocks[_at];

        public void Next()
        {
            _at++;
            SkipHoles();
        }

        public void SkipHoles()
        {
            while (_at < _blocks.Count && _blocks[_at].Kind == ContentKind.Skip)
                _at++;
        }
    }

    /// <summary>Of two sources at the same place, the one that moved last goes first, as in the stable sort of Yjs.</summary>
    private static readonly Comparer<(ulong Client, int Clock, long Moved)> Turns = Comparer<(
        ulong Client,
        int Clock,
        long Moved
    )>.Create(
        static (one, other) =>
        {
            if (one.Client != other.Client)
                return other.Client.CompareTo(one.Client);
            return one.Clock != other.Clock ? one.Clock.CompareTo(other.Clock) : other.Moved.CompareTo(one.Moved);
        }
    );

    public static void Write<TWriter>(TWriter writer, IReadOnlyList<UpdateBlocks> updates)
        where TWriter : IUpdateWriter
    {
        var output = new BlockWriter<TWriter>(writer);
        var sources = new PriorityQueue<Source, (ulong, int, long)>(updates.Count, Turns);
        for (var at = 0; at < updates.Count; at++)
        {
            var source = new Source(updates[at]);
            source.SkipHoles();
            Enqueue(sources, source, -at);
        }
        var moved = 0L;
        UpdateBlock? written = null;
        while (sources.TryDequeue(out var source, out _))
        {
            written = Step(output, source, written);
            Enqueue(sources, source, ++moved);
        }
        if (written is { } last)
            output.Write(last, 0);
        output.Finish(DeleteSet.Merge(updates.Select(static update => update.Deletes)));
    }

    private static void Enqueue(PriorityQueue<Source, (ulong, int, long)> sources, Source source, long moved)
    {
        if (!source.IsAtEnd)
            sources.Enqueue(source, (source.Current.Client, source.Current.Clock, moved));
    }

    /// <summary>Takes what a source has next; answers the struct that is to be written when the next one is known.</summary>
    private static UpdateBlock? Step<TWriter>(BlockWriter<TWriter> output, Source source, UpdateBlock? before)
        where TWriter : IUpdateWriter
    {
        var client = source.Current.Client;
        if (before is not { } written)
            written = TakeFrom(source);
        else
        {
            var iterated = false;
            while (!source.IsAtEnd && source.Current.End <= written.End && source.Current.Client >= written.Client)
            {
                source.Next();
                iterated = true;
            }
            if (source.IsAtEnd || source.Current.Client != client || (iterated && source.Current.Clock > written.End))
                return written;
            if (client != written.Client)
            {
                output.Write(written, 0);
                written = TakeFrom(source);
            }
            else if (written.End < source.Current.Clock)
                written = Bridge(output, source.Current, written);
            else
                written = Continue(output, source, written);
        }
        while (!source.IsAtEnd && source.Current.Client == client && source.Current.Clock == written.End)
        {
            output.Write(written, 0);
            written = TakeFrom(source);
        }
        return written;
    }

    private static UpdateBlock TakeFrom(Source source)
    {
        var taken = source.Current;
        source.Next();
        return taken;
    }

    private static UpdateBlock Bridge<TWriter>(BlockWriter<TWriter> output, in UpdateBlock next, UpdateBlock written)
        where TWriter : IUpdateWriter
    {
        if (written.Kind == ContentKind.Skip)
        {
            written.Length = next.End - written.Clock;
            return written;
        }
        output.Write(written, 0);
        return new UpdateBlock
        {
            Kind = ContentKind.Skip,
            Client = written.Client,
            Clock = written.End,
            Length = next.Clock - written.End,
        };
    }

    private static UpdateBlock Continue<TWriter>(BlockWriter<TWriter> output, Source source, UpdateBlock written)
        where TWriter : IUpdateWriter
    {
        var next = source.Current;
        var overlap = written.End - next.Clock;
        if (overlap > 0)
        {
            if (written.Kind == ContentKind.Skip)
                written.Length -= overlap;
            else
                next = next.From(overlap);
        }
        if (written.Kind == ContentKind.Gc && next.Kind == ContentKind.Gc)
        {
            written.Length += next.Length;
            return written;
        }
        output.Write(written, 0);
        source.Next();
        return next;
    }
}
