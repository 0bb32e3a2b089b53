using Coterie.Crdt.Structs;

namespace Coterie.Crdt;

public sealed partial class YEvent
{
    /// <summary>
    /// As Yjs does it: marks that turn out to change nothing are deleted on the way, in a transaction of its own.
    /// </summary>
    private List<DeltaOp> FindTextDelta()
    {
        var doc = Transaction.Doc;
        var (cleanup, isOutermost) = doc.Begin(null, isLocal: true);
        try
        {
            var steps = new TextSteps();
            for (var handle = _branch.Start; handle != 0; handle = _store.Items[handle].Right)
            {
                if (_store.MarkOf(handle) is { } mark)
                    PassMark(cleanup, steps, handle, mark);
                else if (_store.Items[handle].Kind is ContentKind.String or ContentKind.Type or ContentKind.Embed)
                    PassContent(steps, handle);
            }
            return steps.Finish();
        }
        finally
        {
            doc.End(isOutermost);
        }
    }

    private void PassContent(TextSteps steps, int handle)
    {
        ref readonly var item = ref _store.Items[handle];
        if (Adds(handle))
        {
            if (Deletes(handle))
                return;
            if (item.Kind == ContentKind.String)
                steps.InsertText(_store.Text.Span(item));
            else
                steps.InsertEmbed(YType.ValueAt(Transaction.Doc, item, 0));
        }
        else if (Deletes(handle))
            steps.Delete(item.Length);
        else if (!item.IsDeleted)
            steps.Retain(item.Length);
    }

    private void PassMark(Transaction cleanup, TextSteps steps, int handle, FormatMark mark)
    {
        var isRedundant = false;
        if (Adds(handle))
        {
            if (!Deletes(handle))
                isRedundant = steps.PassNewMark(mark);
        }
        else if (Deletes(handle))
            steps.PassDeletedMark(mark);
        else if (!_store.Items[handle].IsDeleted)
            isRedundant = steps.PassKnownMark(mark);
        if (isRedundant)
            _store.Delete(cleanup, handle);
        if (!_store.Items[handle].IsDeleted)
            steps.PassLiveMark(mark);
    }
}
