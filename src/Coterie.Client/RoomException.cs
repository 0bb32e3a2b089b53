using Coterie.Protocol.Wire;

namespace Coterie.Client;

/// <summary>Something that a person asked for did not happen. The code is of PROTOCOL.md section 9; the text says what to do.</summary>
public sealed class RoomException(Refusal code, string text) : Exception(text)
{
    public Refusal Code { get; } = code;
}
