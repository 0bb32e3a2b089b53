using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>The payload of class 6.</summary>
public abstract record Signal
{
    public abstract SignalKind Kind { get; }

    public static bool TryParse(ReadOnlySpan<byte> payload, out Signal signal, out WireError error)
    {
        var reader = Payload.Read(payload);
        var kind = (SignalKind)reader.U8((byte)SignalKind.Pulse, (byte)SignalKind.States);
        signal = kind switch
        {
            SignalKind.Spotlight => Spotlight.Read(ref reader),
            SignalKind.Highlights => Highlights.Read(ref reader),
            SignalKind.Cleared => Cleared.Read(ref reader),
            SignalKind.States => States.Read(ref reader),
            _ => Pulse.Read(ref reader),
        };
        return reader.End(out error);
    }

    public abstract byte[] Encode();

    /// <summary>P3: what a signal says counts from these roles on; from others it is void by content.</summary>
    public static bool May(SignalKind kind, Role role) =>
        kind is SignalKind.Pulse or SignalKind.States
        || role >= (kind == SignalKind.Cleared ? Role.Owner : Role.Editor);
}
