namespace Coterie.Crdt.Unread;

/// <summary>Bytes that are kept for long, in pieces: large arrays are dear to make and to collect.</summary>
internal readonly struct Pieces
{
    private const int PieceBytes = 1 << 15;

    private readonly byte[][] _pieces;

    public Pieces(ReadOnlySpan<byte> bytes)
    {
        Length = bytes.Length;
        _pieces = new byte[(bytes.Length + PieceBytes - 1) / PieceBytes][];
        for (var piece = 0; piece < _pieces.Length; piece++)
        {
            var rest = bytes[(piece * PieceBytes)..];
            _pieces[piece] = rest[..Math.Min(rest.Length, PieceBytes)].ToArray();
        }
    }

    /// <summary>Of all together.</summary>
    public int Length { get; }

    public ReadOnlySpan<byte[]> All => _pieces;

    public void CopyTo(Span<byte> bytes)
    {
        foreach (var piece in _pieces)
        {
            piece.CopyTo(bytes);
            bytes = bytes[piece.Length..];
        }
    }
}
