using Coterie.Protocol;
using Coterie.Protocol.Rooms;

namespace Coterie.Client;

/// <summary>
/// Whether what a member has may be old although its connection stands (V5): nothing comes from the others who are here by the hub's word,
/// or they have what it does not bring. Looked at with every pulse; tells each time once. A hub that says that all have gone cannot be told
/// from being alone.
/// </summary>
internal sealed class Silence
{
    private const int SilentTicks = 3 * 60 / Limits.PulseSeconds; // a page in the background speaks once a minute
    private const int BehindTicks = 30 / Limits.PulseSeconds;

    private ulong heard;
    private int silent;
    private int behind;

    /// <summary>After a pulse's time. Null where there is nothing to tell.</summary>
    public RoomFault? Look(Member member)
    {
        silent = member.HasCompany && member.Heard == heard ? silent + 1 : 0;
        heard = member.Heard;
        var lacking = member.Behind();
        behind = lacking is null ? 0 : behind + 1;
        if (behind == BehindTicks)
            return Stale(lacking, "A member has changes that the server has not brought here. Ask them elsewhere.");
        return silent == SilentTicks
            ? Stale(null, "Nothing was heard of the others for 3 minutes. Ask them elsewhere whether they see you.")
            : null;
    }

    private static RoomFault Stale(Protocol.Wire.StreamId? stream, string text) =>
        new(FaultKind.Stale, Rule.P2, stream, text) { Alarm = AlarmKind.StaleView };
}
