namespace Coterie.Crdt.Structs;

internal sealed partial class StructStore
{
    /// <summary>Units that are not looked through for garbage.</summary>
    private const long LeastToTidy = 1 << 16;

    private long _tidyAt = LeastToTidy;

    /// <summary>
    /// Copies all text together where more than half of what was taken is garbage. It looks again when as much again was taken, so
    /// that a unit costs a step or two in all. Nothing decoded may wait to be integrated.
    /// </summary>
    public void TidyText()
    {
        if (Text.Taken >= _tidyAt)
            LookForGarbage();
    }

    private void LookForGarbage()
    {
        var live = 0L;
        ForEachText(handle => live += Items[handle].Length + Items[handle].Room);
        if (live < Text.Taken / 2)
        {
            var tidy = new TextChunks((int)live);
            ForEachText(handle =>
            {
                ref var item = ref Items[handle];
                var place = tidy.Take(item.Length + item.Room);
                Text.Span(item).CopyTo(tidy.Span(place.Chunk, place.Offset, item.Length));
                item.Content = place.Chunk;
                item.Offset = place.Offset;
            });
            Text = tidy;
        }
        _tidyAt = Math.Max(LeastToTidy, Text.Taken * 2);
    }

    private void ForEachText(Action<int> action)
    {
        foreach (var client in _clients)
        {
            if (client.State == 0)
                continue;
            var place = client.Find(0);
            do
            {
                if (Items[client[place]].Kind == ContentKind.String)
                    action(client[place]);
            } while (client.Next(ref place));
        }
    }
}
