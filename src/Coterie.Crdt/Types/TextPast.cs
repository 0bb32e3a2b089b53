using System.Text;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Types;

/// <summary>
/// A text at one moment, and how it differs from another one. No item crosses the edge of either. The rules are those of Yjs: only
/// text is marked as changed, and attributes are those of the moment that is shown. Run once.
/// </summary>
internal sealed class TextPast(
    YText text,
    Snapshot? snapshot,
    Snapshot? previous,
    Func<YChange, StructId, object>? describe
)
{
    private const string Mark = "ychange";
    private readonly StructStore _store = text.Branch.Store;
    private readonly List<DeltaOp> _delta = [];
    private readonly AttributeMap _attributes = new();
    private readonly StringBuilder _run = new();

    public IReadOnlyList<DeltaOp> ToDelta()
    {
        for (var handle = text.Branch.Start; handle != 0; handle = _store.Items[handle].Right)
            if (IsVisible(handle, snapshot) || (previous is not null && IsVisible(handle, previous)))
                Pass(handle);
        Pack();
        return _delta;
    }

    private bool IsVisible(int handle, Snapshot? moment)
    {
        ref readonly var item = ref _store.Items[handle];
        return moment is null ? !item.IsDeleted : moment.Shows(_store.ClientId(item.Client), item.Clock);
    }

    private void Pass(int handle)
    {
        ref readonly var item = ref _store.Items[handle];
        switch (item.Kind)
        {
            case ContentKind.String:
                if (snapshot is not null && !IsVisible(handle, snapshot))
                    Change(YChange.Removed, _store.IdAt(handle, 0));
                else if (previous is not null && !IsVisible(handle, previous))
                    Change(YChange.Added, _store.IdAt(handle, 0));
                else if (_attributes.Has(Mark))
                {
                    Pack();
                    _attributes.Remove(Mark);
                }
                _run.Append(_store.Text.Span(item));
                break;
            case ContentKind.Type or ContentKind.Embed:
                Pack();
                _delta.Add(DeltaOp.Insert(YType.ValueAt(text.Doc!, item, 0), Attributes()));
                break;
            case ContentKind.Format when IsVisible(handle, snapshot):
                Pack();
                var mark = _store.MarkOf(handle)!;
                _attributes.Pass(mark.Key, mark.Value);
                break;
        }
    }

    private void Change(YChange change, StructId id)
    {
        var type = change == YChange.Added ? "added" : "removed";
        if (
            _attributes[Mark] is ValueObject current
            && current.GetValueOrDefault("user") is double user
            && user == id.Client
            && current.GetValueOrDefault("type") is string known
            && known == type
        )
            return;
        Pack();
        _attributes[Mark] = describe is null ? new ValueObject { ["type"] = type } : AnyValue.Of(describe(change, id));
    }

    private ValueObject? Attributes() => _attributes.Count > 0 ? _attributes.ToObject() : null;

    private void Pack()
    {
        if (_run.Length == 0)
            return;
        _delta.Add(DeltaOp.Insert(_run.ToString(), Attributes()));
        _run.Clear();
    }
}
