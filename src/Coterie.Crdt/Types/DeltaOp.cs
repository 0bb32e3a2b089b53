using Coterie.Crdt.Bytes;

namespace Coterie.Crdt;

/// <summary>One step of a delta: insert, retain or delete.</summary>
public sealed record DeltaOp
{
    /// <summary>Whether it inserts; then <see cref="Content"/> says what.</summary>
    public bool IsInsert { get; private init; }

    /// <summary>A string, an embed or a shared type; for a list, the values.</summary>
    public object? Content { get; private init; }

    /// <summary>How many units are passed.</summary>
    public int RetainCount { get; private init; }

    /// <summary>How many units are deleted.</summary>
    public int DeleteCount { get; private init; }

    /// <summary>Attributes of what is inserted, or changes of those that are passed; null takes one away.</summary>
    public IReadOnlyDictionary<string, object?>? Attributes { get; private init; }

    /// <summary>Inserts a string, an embed or a shared type.</summary>
    public static DeltaOp Insert(object? content, IReadOnlyDictionary<string, object?>? attributes = null) =>
        new()
        {
            IsInsert = true,
            Content = content,
            Attributes = attributes,
        };

    /// <summary>The same with values that are its own, as a document keeps them.</summary>
    internal DeltaOp Own() =>
        this with
        {
            Content = Content is YType ? Content : AnyValue.Of(Content),
            Attributes = (ValueObject?)AnyValue.Of(Attributes),
        };

    /// <summary>Passes units.</summary>
    public static DeltaOp Retain(int count, IReadOnlyDictionary<string, object?>? attributes = null) =>
        new() { RetainCount = count, Attributes = attributes };

    /// <summary>Deletes units.</summary>
    public static DeltaOp Delete(int count) => new() { DeleteCount = count };
}
