using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Coterie.Crdt.Unread;

/// <summary>
/// An update of format v1 that a document holds as it came, and the text that it says: the letters and tombstones of one root text and
/// nothing else, each client from its first clock on, deleted what came as tombstones, nowhere two that wrote at one place at the same
/// time. It was gone through once, so that decoding it cannot fail.
/// </summary>
internal sealed class UnreadUpdate
{
    private readonly Pieces _update;

    /// <summary>UTF-8, in the order of the text.</summary>
    private readonly Pieces _letters;

    private readonly int _units;

    private UnreadUpdate(ReadOnlySpan<byte> update, in UnreadReader reader)
    {
        _update = new Pieces(update);
        _letters = reader.Letters(out _units);
        Root = reader.Root;
    }

    /// <summary>Bytes of the update.</summary>
    public int Length => _update.Length;

    /// <summary>The root's name.</summary>
    public string Root { get; }

    /// <summary>The update, if it is one of these; null for any other, valid or not.</summary>
    /// <param name="update">Format v1.</param>
    /// <param name="own">A client that it must not hold.</param>
    public static UnreadUpdate? Of(ReadOnlySpan<byte> update, ulong own)
    {
        if (!UnreadReader.MayBePlain(update))
            return null;
        var reader = new UnreadReader(update);
        try
        {
            return reader.TryRead(own) ? new UnreadUpdate(update, reader) : null;
        }
        finally
        {
            reader.Release();
        }
    }

    /// <summary>Puts the update together again.</summary>
    public void CopyTo(Span<byte> bytes) => _update.CopyTo(bytes);

    /// <summary>The text of the root.</summary>
    public string Text() => string.Create(_units, this, static (text, update) => update.CopyTo(text));

    private void CopyTo(Span<char> text)
    {
        if (_letters.Length == _units)
        {
            foreach (var piece in _letters.All)
            {
                Ascii.ToUtf16(piece, text, out _);
                text = text[piece.Length..];
            }
            return;
        }
        // A letter may lie in two pieces.
        var letters = ArrayPool<byte>.Shared.Rent(_letters.Length);
        _letters.CopyTo(letters);
        Utf8.ToUtf16(letters.AsSpan(0, _letters.Length), text, out _, out _);
        ArrayPool<byte>.Shared.Return(letters);
    }
}
