using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Coterie.Bench.Hub.Contenders;
using Coterie.Bench.Hub.Report;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Bench.Hub.Scenarios;

/// <summary>
/// How many signatures of keystroke-sized records the server core can verify in a second if it does nothing else: no hub on one core can
/// take more records than that.
/// </summary>
internal static partial class VerifyCeiling
{
    private const int Batch = 64; // verifications between looks at the clock

    public static Task RunAsync(Contender contender, Results results)
    {
        if (!string.Equals(contender.Name, Table.Ours, StringComparison.Ordinal))
            return Task.CompletedTask;
        var perSecond = 0.0;
        var thread = new Thread(() => perSecond = Measure());
        thread.Start();
        thread.Join();
        results.Add("verify", contender, "signatures of one core", "/s", perSecond);
        return Task.CompletedTask;
    }

    private static double Measure()
    {
        PinToServerCore();
        using var author = SigningKey.Create();
        using var key = VerifyKey.Import(author.Public);
        var member = Cert.MemberOf(author.Public);
        var header = new RecordHeader(RecordClass.Edit, 0, default, default, default, 1, 0, default);
        var epochKey = RandomNumberGenerator.GetBytes(Kdf.KeyBytes);
        using var sealer = new RecordSealer(epochKey, default, RecordClass.Edit, default, member);
        var bytes = sealer.Seal(header, [], new byte[24], author);
        if (!RecordView.TryParse(bytes, out var record, out var error))
            throw new InvalidOperationException($"a record that does not parse: {error}");

        var time = Options.Seconds(2, 0.5);
        Verify(record, key, time / 2); // warm
        return Verify(record, key, time);
    }

    private static double Verify(in RecordView record, VerifyKey key, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        long verified = 0;
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            for (var i = 0; i < Batch; i++)
                if (!record.Verify(key))
                    throw new InvalidOperationException("a good signature was not accepted");
            verified += Batch;
        }
        return verified / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Moves this thread, which ends with the measurement, to the core that servers run on.</summary>
    private static void PinToServerCore()
    {
        Span<ulong> mask = stackalloc ulong[16];
        mask[Options.ServerCore / 64] = 1UL << (Options.ServerCore % 64);
        if (sched_setaffinity(0, (nuint)(mask.Length * sizeof(ulong)), MemoryMarshal.AsBytes(mask)) != 0)
            throw new InvalidOperationException("sched_setaffinity failed: " + Marshal.GetLastPInvokeErrorMessage());
    }

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int sched_setaffinity(int thread, nuint size, Span<byte> mask);
}
