namespace Coterie.Protocol.Keys;

/// <summary>Stands in for the product's key: see <see cref="SigningKey"/>. Takes low-s signatures alone (K2), as the product's does.</summary>
public sealed class VerifyKey : IDisposable
{
    private readonly ReadOnlyMemory<byte> point;

    private VerifyKey(ReadOnlyMemory<byte> point) => this.point = point;

    public ReadOnlySpan<byte> Bytes => point.Span;

    internal LinkedListNode<VerifyKey>? Place { get; set; }

    internal bool IsImported => false;

    public static VerifyKey Import(ReadOnlySpan<byte> point) => new(point.ToArray());

    internal static VerifyKey Shelved(ReadOnlyMemory<byte> point, ImportedKeys shelf) => new(point);

    public bool Verify(ReadOnlySpan<byte> label, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 64 || !LowS.Holds(signature))
            return false;
        Span<byte> low = stackalloc byte[64];
        signature.CopyTo(low);
        LowS.Enforce(low); // mathematics takes both
        Span<byte> expected = stackalloc byte[64];
        StandIn.Of(point.Span, label, data, expected);
        return low.SequenceEqual(expected);
    }

    public void Rest() { }

    public void Dispose() { }
}
