using System.Diagnostics;
using System.Numerics;

namespace Coterie.Bench.Hub;

/// <summary>
/// Durations, counted in buckets that are at most 1.6 % wide: 64 to each power of two of a microsecond's tenth. Recording
/// allocates nothing, and millions of samples cost a few kilobytes.
/// </summary>
internal sealed class Histogram
{
    private const int SubBits = 6;
    private static readonly double TicksPerUnit = Stopwatch.Frequency / 1e7; // a unit is 100 ns
    private readonly long[] counts = new long[64 << SubBits];

    public long Count { get; private set; }

    public void Add(long stopwatchTicks)
    {
        var units = (ulong)Math.Max(0, stopwatchTicks / TicksPerUnit);
        counts[Bucket(units)]++;
        Count++;
    }

    /// <summary>The duration, in milliseconds, below which the given share (0–1) of all samples lies; NaN if there is none.</summary>
    public double Milliseconds(double share)
    {
        if (Count == 0)
            return double.NaN;
        var wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        var bucket = 0;
        for (long seen = 0; ; bucket++)
        {
            seen += counts[bucket];
            if (seen >= wanted)
                return UpperEdge(bucket) / 1e4;
        }
    }

    private static int Bucket(ulong units)
    {
        if (units < 1 << SubBits)
            return (int)units;
        var shift = 63 - BitOperations.LeadingZeroCount(units) - SubBits;
        return ((shift + 1) << SubBits) + (int)((units >> shift) & ((1 << SubBits) - 1));
    }

    private static double UpperEdge(int bucket)
    {
        var shift = (bucket >> SubBits) - 1;
        if (shift < 0)
            return bucket + 1;
        return Math.ScaleB((1 << SubBits) + (bucket & ((1 << SubBits) - 1)) + 1, shift);
    }
}
