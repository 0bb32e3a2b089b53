using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Unread;
using Coterie.Crdt.Updates;

namespace Coterie.Crdt;

/// <summary>
/// A document into which one update was loaded holds that as it came, where it is a plain text, until something is asked that its text
/// alone does not answer. Whoever looks finds what there would be if it had been put in at once: nobody heard of it then, either.
/// </summary>
public sealed partial class YDoc
{
    private UnreadUpdate? _unread;

    /// <summary>The store, as long as nothing but its roots may be looked at.</summary>
    private StructStore? _closed;

    internal bool IsUnread => _unread is not null;

    /// <summary>Keeps an update as it is, if that makes no difference.</summary>
    private bool TryKeep(ReadOnlySpan<byte> update)
    {
        if (!IsUntouched() || UnreadUpdate.Of(update, ClientId) is not { } unread)
            return false;
        (_unread, _closed, _store) = (unread, Store, null);
        // Names have the order in which they came.
        _closed.Root(_closed.Names.Id(unread.Root));
        return true;
    }

    /// <summary>Whether the document is empty, and nobody would hear of what comes.</summary>
    private bool IsUntouched()
    {
        if (
            IsUnread
            || _pendingStructs is not null
            || _pendingDeletes is not null
            || IsHeard
            || IsHeardV2
            || !IsQuiet(Shortcuts.Unread)
        )
            return false;
        foreach (var client in Store.Clients)
            if (client.State > 0)
                return false;
        foreach (var root in Store.Roots.Values)
            if (root.View is { IsObserved: true } or { IsObservedDeep: true })
                return false;
        return true;
    }

    /// <summary>The text of a root, if the update that is kept says it by itself.</summary>
    internal bool TryRead(Branch root, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (_unread is not { } unread)
            return false;
        using var use = Use();
        text = root.Root == unread.Root ? unread.Text() : null;
        return text is not null;
    }

    /// <summary>Puts in what was kept, and nobody hears of it.</summary>
    internal void Open()
    {
        if (_unread is not { } unread)
            return;
        using var use = Use();
        (_unread, _closed, _store) = (null, null, _closed);
        var bytes = ArrayPool<byte>.Shared.Rent(unread.Length);
        unread.CopyTo(bytes);
        var reader = new UpdateReaderV1(bytes.AsSpan(0, unread.Length));
        Store.Decode(ref reader, unread.Length);
        ArrayPool<byte>.Shared.Return(bytes);
        var transaction = _spare ?? new Transaction(this);
        _spare = null;
        transaction.Begin(++_numbers, origin: null, isLocal: false);
        ApplyDecoded(transaction);
        Store.TrimScratch();
        transaction.Deletes.Sort();
        transaction.NoteAfter();
        List<Exception>? errors = null;
        Tidy(transaction, ref errors);
        transaction.Clear();
        _spare = transaction;
        Store.TidyText();
    }
}
