using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Updates;

/// <summary>Format v2: a column for each kind of field.</summary>
internal ref struct UpdateReaderV2 : IUpdateReader
{
    private const string BadClock = "a clock of more than 31 bits";
    private const string BadLength = "a length of more than 31 bits";

    private ByteReader _rest;
    private DifferenceRunReader _keys;
    private UintRunReader _clients;
    private DifferenceRunReader _leftClocks;
    private DifferenceRunReader _rightClocks;
    private ByteRunReader _infos;
    private StringRunReader _strings;
    private ByteRunReader _parentInfos;
    private UintRunReader _typeRefs;
    private UintRunReader _lengths;
    private List<string>? _knownKeys;
    private int _deleteClock;

    /// <summary>How many units of names may still be stated by the number of one that was stated before; Yjs states each anew.</summary>
    private long _namesLeft;

    public UpdateReaderV2(ReadOnlySpan<byte> update)
    {
        var bytes = new ByteReader(update);
        bytes.VarUint(); // features: none is known
        _keys = new(bytes.VarPart());
        _clients = new(bytes.VarPart());
        _leftClocks = new(bytes.VarPart());
        _rightClocks = new(bytes.VarPart());
        _infos = new(bytes.VarPart());
        _strings = new(bytes.VarPart());
        _parentInfos = new(bytes.VarPart());
        _typeRefs = new(bytes.VarPart());
        _lengths = new(bytes.VarPart());
        _rest = bytes;
        _knownKeys = null;
        _deleteClock = 0;
        _namesLeft = Limits.StructsIn(update.Length);
    }

    private UpdateReaderV2(ByteReader rest)
    {
        this = default;
        _rest = rest;
    }

    /// <summary>Reads what has no columns: the deletions of a snapshot.</summary>
    public static UpdateReaderV2 OfDeletes(ReadOnlySpan<byte> bytes) => new(new ByteReader(bytes));

    public readonly int Left => _rest.Left + _strings.Left;
    public readonly bool IsAtEnd => _rest.IsAtEnd;

    public readonly InvalidUpdateException Wrong(string reason) => _rest.Wrong(reason);

    public ulong Plain() => _rest.VarUint();

    public readonly bool TryNear(TextChunks chunks, ClientStructs own, ref Item item) => false;

    public void LeftId(out ulong client, out int clock)
    {
        client = _clients.Read();
        clock = _leftClocks.Small(Limits.MostClock, BadClock);
    }

    public void RightId(out ulong client, out int clock)
    {
        client = _clients.Read();
        clock = _rightClocks.Small(Limits.MostClock, BadClock);
    }

    public ulong Client() => _clients.Read();

    public byte Info() => _infos.Read();

    public string String() => _strings.Read().ToString();

    public int Text(TextChunks chunks, out TextPlace place)
    {
        var text = _strings.Read();
        place = chunks.Add(text);
        return text.Length;
    }

    public bool ParentInfo() => _parentInfos.Read() == 1;

    public int TypeRef() => _typeRefs.Small(byte.MaxValue, "a shared type of no known kind");

    public int Length() => _lengths.Small(Limits.MostClock, BadLength);

    public object? Any() => AnyValue.Read(ref _rest);

    public byte[] Binary() => _rest.VarBytes().ToArray();

    public object? Json() => AnyValue.Read(ref _rest);

    public string Key()
    {
        _knownKeys ??= [];
        var number = _keys.Small(Limits.MostClock, "a key of no known number");
        if (number < _knownKeys.Count)
            return (_namesLeft -= _knownKeys[number].Length) >= 0
                ? _knownKeys[number]
                : throw Wrong("more names than its bytes may state");
        var key = String();
        _knownKeys.Add(key);
        return key;
    }

    public void BeginDeletes() => _deleteClock = 0;

    public int DeleteClock() => _deleteClock = Add(_rest.VarUint());

    public int DeleteLength()
    {
        var length = _rest.Small(Limits.MostClock - 1, BadLength) + 1;
        _deleteClock = Add((ulong)length);
        return length;
    }

    private readonly int Add(ulong more)
    {
        var clock = (ulong)_deleteClock + more;
        return clock <= Limits.MostClock ? (int)clock : throw _rest.Wrong(BadClock);
    }

    /// <summary>The state vector behind the delete set of a snapshot.</summary>
    public StateVector StateVector() => Crdt.StateVector.Read(ref _rest);
}
