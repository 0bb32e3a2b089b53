using System.Runtime.InteropServices;
using Coterie.Protocol;

namespace Coterie.Hub.Rooms;

/// <summary>The presence that a session may still send: 30 records a second, 10 at once (H7). In thousandths of a record.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PresenceBucket(long Thousandths, ulong Time)
{
    private const long Most = Limits.PresenceBurst * 1_000L;

    public static PresenceBucket Full(ulong now) => new(Most, now);

    /// <summary>Takes one record out, or says that there is none.</summary>
    public bool TryTake(ulong now, out PresenceBucket rest)
    {
        var passed = now > Time ? (long)Math.Min(now - Time, 1_000) : 0;
        var filled = Math.Min(Most, Thousandths + passed * Limits.PresencePerSecond);
        var taken = filled >= 1_000;
        rest = new PresenceBucket(taken ? filled - 1_000 : filled, now);
        return taken;
    }
}
