using System.Runtime.InteropServices;
using Coterie.Hub;

namespace Coterie.Server;

/// <summary>
/// Gives memory back to the system when a crowd has come or gone and things are quiet again. The runtime keeps what a burst of joins
/// took, and what many who left held, until its next full collection, which on a quiet server does not come. Collects seldom,
/// because everybody waits for it, about 1 ms for each MB that lives: at most a hundredth of the time, so that a crowd that comes and
/// goes on purpose gains nothing.
/// </summary>
internal sealed partial class Tidying : IDisposable
{
    private const int LeastChange = 256; // people joined or gone since the last time
    private const int RestForPause = 100;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromSeconds(3);

    private readonly RoomHub hub;
    private readonly TimeProvider clock;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private int before;
    private int tidiedAt;
    private long tidied;
    private TimeSpan rest = AtMostEvery;

    public Tidying(RoomHub hub, TimeProvider clock)
    {
        this.hub = hub;
        this.clock = clock;
        timer = clock.CreateTimer(_ => Look(), null, Every, Every);
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        if (!gate.TryEnter())
        {
            return; // the last look still collects
        }
        try
        {
            var now = hub.Joined;
            if (IsDue(now, before, tidiedAt) && (tidied == 0 || clock.GetElapsedTime(tidied) >= rest))
            {
                var start = clock.GetTimestamp();
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                TrimNative();
                tidiedAt = now;
                tidied = clock.GetTimestamp();
                var pause = clock.GetElapsedTime(start, tidied) * RestForPause;
                rest = pause > AtMostEvery ? pause : AtMostEvery;
            }
            before = now;
        }
        finally
        {
            gate.Exit();
        }
    }

    /// <summary>Whether the crowd differs by a quarter, and by <see cref="LeastChange"/>, from that of the last time, and stands still.</summary>
    internal static bool IsDue(int now, int aSecondAgo, int lastTime)
    {
        var change = Math.Abs(now - lastTime);
        return change >= LeastChange && change >= lastTime / 4 && Math.Abs(now - aSecondAgo) <= change / 64;
    }

    /// <summary>What the cryptographic library freed, glibc keeps too.</summary>
    private static void TrimNative()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // another C library, which has its own ways
        }
        catch (DllNotFoundException) { }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MallocTrim(nuint pad);
}
