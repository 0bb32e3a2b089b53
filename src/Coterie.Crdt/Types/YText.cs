using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Types;

namespace Coterie.Crdt;

/// <summary>
/// Shared text with attributes on ranges (bold, links) and embeds in between. Indexes count UTF-16 units; an embed or a shared
/// type counts as one. Before it is part of a document it is read as empty, whatever it will begin with. An edit inside a surrogate pair turns both halves into U+FFFD, as in Yjs.
/// </summary>
public partial class YText : YType
{
    private List<Action<YText>>? _early = [];
    private List<YType>? _earlyTypes;

    /// <summary>An empty text.</summary>
    public YText() { }

    /// <summary>A text with something in it.</summary>
    public YText(string text) => Insert(0, text);

    internal override TypeRef Ref => TypeRef.Text;

    /// <summary>UTF-16 units and embeds.</summary>
    public int Length => IsAttached ? Branch.Length : 0;

    /// <summary>Puts text before an index, with the attributes in force there.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not from 0 to <see cref="Length"/>; before the text is part of a document, when it is put in.</exception>
    public void Insert(int index, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        if (!IsAttached)
        {
            InsertEarly(index, text.ToString());
            return;
        }
        ListEdit.CheckIndex(Branch, index);
        if (Doc!.TryTypeOn(Branch, index, text))
            return;
        using var edit = Begin();
        if (!Branch.HasFormatting)
        {
            InsertPlain(edit.Transaction, index, text);
            return;
        }
        var cursor = new TextCursor(edit.Transaction, Branch, index);
        RichText.Insert(cursor, text.ToString(), cursor.Attributes.ToObject());
    }

    /// <summary>Puts text before an index, with exactly these attributes.</summary>
    public void Insert(int index, string text, IReadOnlyDictionary<string, object?> attributes)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(attributes);
        var own = AttributesOf(attributes)!;
        if (text.Length > 0)
            Do(self => self.InsertContent(index, text, own));
    }

    /// <summary>Puts one embed or shared type before an index, with exactly these attributes.</summary>
    public void InsertEmbed(int index, object? embed, IReadOnlyDictionary<string, object?>? attributes = null)
    {
        NoteEarly(embed);
        var (content, own) = (embed is YType ? embed : AnyValue.Of(embed), AttributesOf(attributes) ?? []);
        Do(self => self.InsertContent(index, content, own));
    }

    /// <summary>Deletes units from an index on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not all of them are there; as of <see cref="Insert(int, ReadOnlySpan{char})"/>.</exception>
    public void Delete(int index, int length)
    {
        if (!IsAttached)
        {
            DeleteEarly(index, length);
            return;
        }
        ListEdit.CheckRange(Branch, index, length);
        if (length == 0)
            return;
        if (!Branch.HasFormatting && Doc!.TryTakeBack(Branch, index, length))
            return;
        using var edit = Begin();
        if (Branch.HasFormatting)
            RichText.Delete(new TextCursor(edit.Transaction, Branch, index), length);
        else
            ListEdit.Delete(edit.Transaction, Branch, index, length);
    }

    /// <summary>Gives units attributes; null takes one away. Units behind the end come into being as line breaks, as in Yjs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not from 0 to <see cref="Length"/>, or the length below 0.</exception>
    public void Format(int index, int length, IReadOnlyDictionary<string, object?> attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var own = AttributesOf(attributes)!;
        if (length != 0)
            Do(self => self.FormatRange(index, length, own));
    }

    /// <summary>
    /// Does the steps of a delta, one behind the other. As in Yjs, what is passed behind the end comes into being as line breaks, and
    /// what is deleted there is none.
    /// </summary>
    public void ApplyDelta(params IEnumerable<DeltaOp> delta)
    {
        ArgumentNullException.ThrowIfNull(delta);
        var steps = delta.Select(static step => step.Own()).ToList();
        foreach (var step in steps)
            NoteEarly(step.Content);
        Do(self => self.ApplySteps(steps));
    }

    /// <summary>The text, without embeds.</summary>
    public override string ToString()
    {
        if (!IsAttached)
            return "";
        if (TryReadUnread(out var unread))
            return unread;
        // An embed counts as one unit and is none of text.
        var written = 0;
        var text = string.Create(Branch.Length, this, (text, self) => written = CopyTo(text, self.Branch));
        return text[..written];
    }

    /// <summary>Answers how many units it wrote.</summary>
    private static int CopyTo(Span<char> text, Branch branch)
    {
        var chunks = branch.Store.Text;
        var items = branch.Store.Items.Seen;
        var written = 0;
        for (var handle = branch.Start; handle != 0; )
        {
            ref readonly var item = ref items[handle];
            if (item is { IsVisible: true, Kind: ContentKind.String })
            {
                chunks.CopyTo(item, text[written..]);
                written += item.Length;
            }
            handle = item.Right;
        }
        return written;
    }

    internal override object? JsonAt(int depth) => ToString();

    internal override IEnumerable<object> EarlyParts => _earlyTypes ?? [];

    /// <summary>Attributes of the text as a whole.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Attributes => IsAttached ? MapEdit.Entries(Doc!, Branch) : [];

    /// <summary>An attribute of the text as a whole; null when it has none.</summary>
    public object? GetAttribute(string attribute) =>
        IsAttached && MapEdit.TryGet(Doc!, Branch, attribute, out var value) ? value : null;

    /// <summary>Gives the text as a whole an attribute.</summary>
    public void SetAttribute(string attribute, object? value) =>
        Do(self =>
        {
            using var edit = self.Begin();
            MapEdit.Set(edit.Transaction, self.Branch, attribute, value);
        });

    /// <summary>Takes an attribute of the text as a whole away.</summary>
    public void RemoveAttribute(string attribute) =>
        Do(self =>
        {
            using var edit = self.Begin();
            MapEdit.Remove(edit.Transaction, self.Branch, attribute);
        });

    // Apart from the edits themselves, which would make an object for what a lambda holds at every key.
    private void InsertEarly(int index, string text) => _early!.Add(self => self.Insert(index, text));

    private void DeleteEarly(int index, int length) => _early!.Add(self => self.Delete(index, length));

    private void NoteEarly(object? content)
    {
        if (!IsAttached && content is YType type)
            (_earlyTypes ??= []).Add(type);
    }

    private void Do(Action<YText> change)
    {
        if (IsAttached)
            change(this);
        else
            _early!.Add(change);
    }

    /// <summary>Where no mark ever was there are no attributes to look for.</summary>
    private void InsertPlain(Transaction transaction, int index, ReadOnlySpan<char> text)
    {
        var store = Branch.Store;
        var left = ListEdit.CutAt(transaction, Branch, index);
        var right = left == 0 ? Branch.Start : store.Items[left].Right;
        // Text goes behind tombstones, other than values in an array.
        while (right != 0 && store.Items[right].IsDeleted)
        {
            left = right;
            right = store.Items[right].Right;
        }
        store.InsertText(transaction, Branch, left, right, index, text);
    }

    private void InsertContent(int index, object? content, ValueObject attributes)
    {
        ListEdit.CheckIndex(Branch, index);
        using var edit = Begin();
        RichText.Insert(new TextCursor(edit.Transaction, Branch, index), content, attributes);
    }

    private void FormatRange(int index, int length, ValueObject attributes)
    {
        ListEdit.CheckIndex(Branch, index);
        using var edit = Begin();
        var cursor = new TextCursor(edit.Transaction, Branch, index);
        if (!cursor.IsAtEnd)
            RichText.Format(cursor, length, attributes);
    }

    private void ApplySteps(List<DeltaOp> steps)
    {
        using var edit = Begin();
        var cursor = new TextCursor(edit.Transaction, Branch, 0);
        foreach (var step in steps)
        {
            if (step.IsInsert)
            {
                if (step.Content is not string { Length: 0 })
                    RichText.Insert(cursor, step.Content, AttributesOf(step.Attributes) ?? []);
            }
            else if (step.RetainCount > 0)
                RichText.Format(cursor, step.RetainCount, AttributesOf(step.Attributes) ?? []);
            else if (step.DeleteCount > 0)
                RichText.Delete(cursor, step.DeleteCount);
        }
    }

    internal override void Integrated(Transaction transaction)
    {
        var early = _early!;
        Forget();
        foreach (var change in early)
            change(this);
    }

    private protected override void Forget()
    {
        _early = null;
        _earlyTypes = null;
    }
}
