namespace Coterie.Protocol.Runs;

/// <summary>A client's messages on the socket of runs: this byte, then the body (section 16).</summary>
public enum RunFrame : byte
{
    /// <summary>roomId, sealed order.</summary>
    Start = 1,

    /// <summary>runId, access 32, from u32.</summary>
    Watch = 2,

    /// <summary>A sealed command.</summary>
    Command = 3,
}

/// <summary>The server's.</summary>
public enum RunAnswer : byte
{
    /// <summary>suite u8, challenge 32, run key 65.</summary>
    Welcome = 1,

    /// <summary>index u32, sealed event.</summary>
    Event = 2,

    /// <summary>code u16, text b16; the connection ends behind it.</summary>
    Refused = 3,
}
