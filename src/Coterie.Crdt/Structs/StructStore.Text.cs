namespace Coterie.Crdt.Structs;

internal sealed partial class StructStore
{
    /// <summary>Units that are not looked through for garbage.</summary>
    private const long LeastToTidy = 1 << 16;

    private long _tidyAt = LeastToTidy;

    // Units that were loaded since and are no garbage yet, for nothing was deleted.
    private long _loaded;

    /// <summary>
    /// Copies all text together where more than half of what was taken is garbage. It looks again when as much again was taken, so
    /// that a unit costs a step or two in all. Nothing decoded may wait to be integrated.
    /// </summary>
    public void TidyText()
    {
        if (Text.Taken >= _tidyAt)
        {
            if (_loaded < Text.Taken / 2)
                LookForGarbage();
            _tidyAt = Math.Max(LeastToTidy, Text.Taken * 2);
        }
        _loaded = 0;
    }

    private void LookForGarbage()
    {
        var live = 0L;
        foreach (var client in _clients)
            for (var chunk = 0; chunk < client.ChunkCount; chunk++)
                foreach (ref readonly var entry in client.InChunk(chunk))
                {
                    ref readonly var item = ref Items[entry.Handle];
                    live += item.Kind == ContentKind.String ? item.Length + item.Room : 0;
                }
        if (live < Text.Taken / 2)
            CopyTogether((int)live);
    }

    private void CopyTogether(int live)
    {
        var tidy = new TextChunks(live);
        foreach (var client in _clients)
            for (var chunk = 0; chunk < client.ChunkCount; chunk++)
                foreach (ref readonly var entry in client.InChunk(chunk))
                {
                    ref var item = ref Items[entry.Handle];
                    if (item.Kind != ContentKind.String)
                        continue;
                    var place = tidy.Take(item.Length + item.Room);
                    Text.Span(item).CopyTo(tidy.Span(place.Chunk, place.Offset, item.Length));
                    item.Content = place.Chunk;
                    item.Offset = place.Offset;
                }
        Text = tidy;
    }
}
