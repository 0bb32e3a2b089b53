using System.Diagnostics.CodeAnalysis;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt;

/// <summary>
/// What all shared types have in common. One made with <c>new</c> takes changes at once and keeps them until it is put into a
/// document, once and for good; one that came with an update is made when somebody asks for it.
/// </summary>
public abstract partial class YType
{
    private Branch? _branch;

    private protected YType() { }

    internal abstract TypeRef Ref { get; }

    /// <summary>The element's name or the hook's.</summary>
    internal virtual string? Name => null;

    /// <summary>The document it is part of; null before it was put into one.</summary>
    public YDoc? Doc { get; private set; }

    /// <summary>The type that holds it; null for a root, and for what is in no document or was forgotten.</summary>
    public YType? Parent => IsAttached && Branch.Parent is { } parent ? ViewOf(Doc!, parent) : null;

    /// <summary>Whether it, or something above it, was deleted.</summary>
    public bool IsDeleted
    {
        get
        {
            Doc?.CheckThread();
            return _branch?.IsDeleted ?? false;
        }
    }

    internal bool IsAttached => _branch is not null;

    internal Branch Branch
    {
        get
        {
            if (ThreadCheck.IsOn)
                Doc?.CheckThread();
            if (Doc is { IsUnread: true } doc)
                doc.Open();
            return _branch ?? throw new InvalidOperationException("The type is not part of a document yet.");
        }
    }

    /// <summary>The text, where the document holds it as it came.</summary>
    private protected bool TryReadUnread([NotNullWhen(true)] out string? text)
    {
        text = null;
        return Doc is { IsUnread: true } doc && doc.TryRead(_branch!, out text);
    }

    internal void Attach(YDoc doc, Branch branch)
    {
        if (_branch is not null)
            throw new InvalidOperationException("The type is part of a document already.");
        Doc = doc;
        _branch = branch;
        branch.View = this;
    }

    /// <summary>Does what was asked of it before it was part of a document.</summary>
    internal abstract void Integrated(Transaction transaction);

    /// <summary>The type as plain values: strings, numbers, lists and objects.</summary>
    /// <exception cref="InvalidOperationException">Types nest deeper in it than <see cref="Limits.TypeDepth"/>.</exception>
    public object? ToJson() => JsonAt(1);

    internal abstract object? JsonAt(int depth);

    /// <summary>The types and documents that were put into it before it was part of a document.</summary>
    internal abstract IEnumerable<object> EarlyParts { get; }

    /// <summary>
    /// Refuses what could not be put into a document whole: a type or document that is somewhere already, what nests too deep, and the
    /// document itself.
    /// </summary>
    /// <param name="part">The type or document.</param>
    /// <param name="into">The document; null for who only reads.</param>
    /// <param name="seen">What is put in together with it.</param>
    internal static void CheckEarly(object part, YDoc? into, HashSet<object> seen)
    {
        var ahead = new Stack<(object Part, int Depth)>();
        ahead.Push((part, 1));
        while (ahead.TryPop(out var next))
        {
            if (next.Part == into)
                throw new ArgumentException("A document cannot be inside itself.", nameof(part));
            if (next.Part is YType { IsAttached: true } or YDoc { Holder: not null } || !seen.Add(next.Part))
                throw new InvalidOperationException(
                    "A type or document can be put into one place only, and only once."
                );
            if (next.Depth > Limits.TypeDepth)
                throw TooDeep();
            if (next.Part is YType type)
                foreach (var below in type.EarlyParts)
                    ahead.Push((below, next.Depth + 1));
        }
    }

    private static InvalidOperationException TooDeep() =>
        new($"Shared types nest deeper than {Limits.TypeDepth} here (Limits.TypeDepth).");

    internal static YType ViewOf(YDoc doc, Branch branch)
    {
        if (branch.View is { } view)
            return view;
        view = branch.Ref switch
        {
            TypeRef.Array => new YArray(),
            TypeRef.Map => new YMap(),
            TypeRef.Text => new YText(),
            TypeRef.XmlElement => new YXmlElement(branch.Name!),
            TypeRef.XmlFragment => new YXmlFragment(),
            TypeRef.XmlHook => new YXmlHook(branch.Name!),
            TypeRef.XmlText => new YXmlText(),
            _ => throw new InvalidOperationException("Nobody has said of what type this root is."),
        };
        view.Attach(doc, branch);
        view.Forget();
        return view;
    }

    /// <summary>Drops what it kept for the time before it was part of a document.</summary>
    private protected abstract void Forget();

    /// <summary>Runs a change inside a transaction.</summary>
    private protected Edit Begin()
    {
        if (Branch.Item < 0)
            throw new InvalidOperationException("The type was deleted and is forgotten: nothing can be put into it.");
        var (transaction, isOutermost) = Doc!.Begin(null, isLocal: true);
        return new Edit(Doc, transaction, isOutermost);
    }

    /// <summary>A change that is under way; disposing it ends the transaction, if it began it.</summary>
    private protected readonly struct Edit(YDoc doc, Transaction transaction, bool isOutermost) : IDisposable
    {
        public Transaction Transaction => transaction;

        public void Dispose() => doc.End(isOutermost);
    }

    /// <summary>What an item holds at an offset, as users see it.</summary>
    internal static object? ValueAt(YDoc doc, in Item item, int offset)
    {
        var store = doc.Store;
        return item.Kind switch
        {
            ContentKind.String => store.Text.Span(item).Slice(offset, 1).ToString(),
            ContentKind.Any or ContentKind.Json => store.ValuesOf(item)[item.Offset + offset],
            ContentKind.Type => ViewOf(doc, (Branch)store.Contents[item.Content]),
            ContentKind.Binary or ContentKind.Embed or ContentKind.Doc => store.Contents[item.Content],
            _ => null,
        };
    }

    private protected static object? JsonOf(object? value, int depth)
    {
        if (value is not YType type)
            return value;
        return depth < Limits.TypeDepth ? type.JsonAt(depth + 1) : throw TooDeep();
    }

    private protected static ValueObject? AttributesOf(IEnumerable<KeyValuePair<string, object?>>? attributes) =>
        (ValueObject?)AnyValue.Of(attributes);
}
