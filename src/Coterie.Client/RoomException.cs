using Coterie.Protocol.Wire;

namespace Coterie.Client;

/// <summary>Something that a person asked for did not happen. The code is of PROTOCOL.md section 9; the text says what to do.</summary>
public sealed class RoomException(Refusal code, string text) : Exception(text)
{
    public Refusal Code { get; } = code;

    /// <summary>No further attempt mends it.</summary>
    public bool IsForGood =>
        Code
            is Refusal.Alarm
                or Refusal.Destroyed
                or Refusal.NoSuchRoom
                or Refusal.BadAccess
                or Refusal.Cert
                or Refusal.Locked
                or Refusal.Removed
                or Refusal.Revoked
                or Refusal.Forked
                or Refusal.Suite
                or Refusal.Origin
                or Refusal.Malformed;
}
