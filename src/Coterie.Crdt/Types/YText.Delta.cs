using System.Text;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Types;

namespace Coterie.Crdt;

public partial class YText
{
    /// <summary>The text as inserts: a step for each run of the same attributes and for each embed.</summary>
    public IReadOnlyList<DeltaOp> ToDelta()
    {
        if (!IsAttached)
            return [];
        var delta = new List<DeltaOp>();
        var store = Branch.Store;
        var current = new AttributeMap();
        var text = new StringBuilder();
        void Pack()
        {
            if (text.Length == 0)
                return;
            delta.Add(DeltaOp.Insert(text.ToString(), current.Count > 0 ? current.ToObject() : null));
            text.Clear();
        }
        for (var handle = Branch.Start; handle != 0; handle = store.Items[handle].Right)
        {
            ref readonly var item = ref store.Items[handle];
            if (item.IsDeleted)
                continue;
            switch (item.Kind)
            {
                case ContentKind.String:
                    text.Append(store.Text.Span(item));
                    break;
                case ContentKind.Type or ContentKind.Embed:
                    Pack();
                    delta.Add(DeltaOp.Insert(ValueAt(Doc!, item, 0), current.Count > 0 ? current.ToObject() : null));
                    break;
                case ContentKind.Format:
                    Pack();
                    var mark = store.MarkOf(handle)!;
                    current.Pass(mark.Key, mark.Value);
                    break;
            }
        }
        Pack();
        return delta;
    }
}
