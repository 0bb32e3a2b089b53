namespace Coterie.Crdt;

/// <summary>JavaScript's <c>undefined</c>, which a document can hold beside <c>null</c>.</summary>
public sealed class Undefined
{
    private Undefined() { }

    /// <summary>The only one.</summary>
    public static Undefined Value { get; } = new();

    /// <inheritdoc/>
    public override string ToString() => "undefined";
}
