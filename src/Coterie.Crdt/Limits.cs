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
    /// Structs and delete ranges in one update, for each byte of it: run-length coding of format v2 lets few bytes state many.
    /// </summary>
    public const int StructsPerByte = 64;

    /// <summary>
    /// Structs that an update of any size may hold, some 60 MB of them: what was put in at one place again and again, one value before
    /// the other, and deleted is a struct each, and format v2 states all of these as one run.
    /// </summary>
    public const int StructsAlways = 1 << 20;

    /// <summary>Elements that a list for working in keeps room for; what a large update took beyond that is given back.</summary>
    internal const int MostScratch = 1024;

    internal static long StructsIn(int bytes) => StructsAlways + (long)bytes * StructsPerByte;
}
