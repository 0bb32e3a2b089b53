using Coterie.Crdt.Structs;

namespace Coterie.Crdt;

/// <summary>What a document and an update may be at most. Each limit keeps bytes from outside from costing more than they weigh.</summary>
public static class Limits
{
    /// <summary>Clocks and lengths, in units: 2^31 - 1. A client reaches it after two thousand million insertions.</summary>
    public const int MostClock = int.MaxValue;

    /// <summary>Client ids: 2^53 - 1, as in Yjs.</summary>
    public const ulong MostClientId = (1UL << 53) - 1;

    /// <summary>How deep arrays and objects nest in one value.</summary>
    public const int ValueDepth = 200;

    /// <summary>
    /// How deep shared types nest where the depth is the program's own: in what is put into a document at once, and in what
    /// <see cref="YType.ToJson"/> gives out. What comes with updates may nest without limit.
    /// </summary>
    public const int TypeDepth = 200;

    /// <summary>
    /// What the structs of one update may weigh (<see cref="WeightOf"/>), and how many ranges it may delete, for each byte of it:
    /// run-length coding of format v2 lets few bytes state many. A million bytes cost some 400 MB at most.
    /// </summary>
    public const int StructsPerByte = 4;

    /// <summary>
    /// What the structs of an update of any size may weigh, some 100 MB of memory: what was put in at one place again and again, one
    /// value before the other, and deleted is a struct each, and format v2 states all of these as one run.
    /// </summary>
    public const int StructsAlways = 1 << 20;

    /// <summary>Elements that a list for working in keeps room for; what a large update took beyond that is given back.</summary>
    internal const int MostScratch = 1024;

    /// <summary>What a struct costs, in tombstones of some 80 bytes: values and shared types are objects, a subdocument several.</summary>
    internal static int WeightOf(ContentKind kind) =>
        kind switch
        {
            ContentKind.Gc or ContentKind.Deleted or ContentKind.Skip or ContentKind.String => 1,
            ContentKind.Doc => 8,
            _ => 3,
        };

    internal static long StructsIn(int bytes) => StructsAlways + (long)bytes * StructsPerByte;
}
