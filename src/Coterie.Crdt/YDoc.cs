using System.Security.Cryptography;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt;

/// <summary>How a document is made.</summary>
public sealed record YDocOptions
{
    /// <summary>The id that this copy's insertions carry; no two copies that write at the same time may share it. Null: random.</summary>
    public ulong? ClientId { get; init; }

    /// <summary>The document's name among subdocuments. Null: random.</summary>
    public string? Guid { get; init; }

    /// <summary>Whether deleted content is forgotten. Snapshots of the past need it kept.</summary>
    public bool Gc { get; init; } = true;

    /// <summary>
    /// Where deleted content is forgotten, which of it: false keeps an item. It is asked at the end of each transaction of what that
    /// deleted; it must not change the document. Null: all. A document with a filter takes fewer short cuts.
    /// </summary>
    public Func<YItem, bool>? GcFilter { get; init; }

    /// <summary>Whether a subdocument's content is loaded with its parent.</summary>
    public bool AutoLoad { get; init; }

    /// <summary>Whether the content is wanted; for subdocuments.</summary>
    public bool ShouldLoad { get; init; } = true;

    /// <summary>Anything to keep with a subdocument.</summary>
    public object? Meta { get; init; }

    /// <summary>For tests: which paths that exist for speed are taken.</summary>
    internal Shortcuts Shortcuts { get; init; } = Shortcuts.All;
}

/// <summary>
/// A shared document: named roots of shared types, which any number of copies change at the same time and which become equal
/// when each has got the updates of all.
/// </summary>
/// <remarks>
/// A document, its types, its undo managers and its awareness belong to one thread at a time; which one may change between two
/// calls, as with a lock or a queue around them. Debug builds check it, others where the AppContext switch
/// <c>Coterie.Crdt.CheckThreads</c> is on: who comes while another thread is inside gets an
/// <see cref="InvalidOperationException"/>, and the other goes on undisturbed. Handlers run on the thread that changes. Subdocuments
/// are documents of their own. What takes and gives bytes alone (<see cref="Update"/>) may run anywhere.
/// </remarks>
public sealed partial class YDoc
{
    private const int ClientIdBits = 32;

    private readonly Shortcuts _shortcuts;

    /// <summary>Made when it is first needed: a subdocument that nobody opens is a few hundred bytes.</summary>
    internal StructStore Store => _store ?? OpenStore();

    private StructStore? _store;

    private StructStore OpenStore()
    {
        Open();
        return _store ??= new StructStore(_shortcuts);
    }

    /// <summary>A document of a random client id and name, which forgets what is deleted.</summary>
    public YDoc()
        : this(new YDocOptions()) { }

    /// <summary>A document as told.</summary>
    public YDoc(YDocOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.ClientId > Limits.MostClientId)
            throw new ArgumentOutOfRangeException(nameof(options), "A client id has at most 53 bits.");
        // A filter sees what was typed in one transaction before it is merged, as in Yjs.
        _shortcuts = options.GcFilter is null ? options.Shortcuts : options.Shortcuts & ~Shortcuts.Growth;
        ClientId = options.ClientId ?? NewClientId();
        Guid = options.Guid ?? NewGuid();
        Gc = options.Gc;
        _gcFilter = options.GcFilter;
        AutoLoad = options.AutoLoad;
        ShouldLoad = options.ShouldLoad;
        Meta = AnyValue.Of(options.Meta);
    }

    /// <summary>The id that insertions carry. It changes by itself when an update shows that somebody else writes with it.</summary>
    public ulong ClientId
    {
        get;
        set
        {
            if (value > Limits.MostClientId)
                throw new ArgumentOutOfRangeException(nameof(value), "A client id has at most 53 bits.");
            CheckThread();
            field = value;
            _own = null;
        }
    }

    /// <summary>The document's name among subdocuments.</summary>
    public string Guid { get; }

    /// <summary>Whether deleted content is forgotten.</summary>
    public bool Gc { get; }

    /// <summary>Whether a subdocument's content is loaded with its parent.</summary>
    public bool AutoLoad { get; }

    /// <summary>Whether the content is wanted; for subdocuments.</summary>
    public bool ShouldLoad { get; private set; }

    /// <summary>Anything kept with a subdocument.</summary>
    public object? Meta { get; }

    /// <summary>
    /// The roots that the document has, by name; null where an update named it and nobody has said yet of what type it is
    /// (<see cref="GetText"/> and its like).
    /// </summary>
    public IEnumerable<KeyValuePair<string, YType?>> Roots
    {
        get
        {
            CheckThread();
            foreach (var root in Store.Roots.Values)
                yield return new(root.Root!, root.Ref == TypeRef.Unknown ? null : YType.ViewOf(this, root));
        }
    }

    /// <summary>The root text of that name.</summary>
    public YText GetText(string name) => (YText)Root(name, TypeRef.Text);

    /// <summary>The root list of that name.</summary>
    public YArray GetArray(string name) => (YArray)Root(name, TypeRef.Array);

    /// <summary>The root map of that name.</summary>
    public YMap GetMap(string name) => (YMap)Root(name, TypeRef.Map);

    /// <summary>The root XML of that name.</summary>
    public YXmlFragment GetXmlFragment(string name) => (YXmlFragment)Root(name, TypeRef.XmlFragment);

    private readonly Func<YItem, bool>? _gcFilter;
    private ClientStructs? _own;

    /// <summary>The structs of the document's own client.</summary>
    internal ClientStructs Own => _own ??= Store.Client(Store.ClientIndex(ClientId));

    private YType Root(string name, TypeRef type)
    {
        ArgumentNullException.ThrowIfNull(name);
        CheckThread();
        var store = _closed ?? Store;
        var root = store.Root(store.Names.Id(name));
        if (root.Ref == TypeRef.Unknown)
            root.Ref = type;
        else if (root.Ref != type)
            throw new InvalidOperationException($"The root '{name}' is a {root.Ref}, not a {type}.");
        return YType.ViewOf(this, root);
    }

    private static ulong NewClientId() => BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(ClientIdBits / 8));

    private static string NewGuid() => new Guid(RandomNumberGenerator.GetBytes(16)).ToString();
}
