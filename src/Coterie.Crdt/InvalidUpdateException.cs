namespace Coterie.Crdt;

/// <summary>Bytes that are no update, state vector, snapshot or position. Nothing of them was applied.</summary>
public sealed class InvalidUpdateException : FormatException
{
    /// <summary>Says what is wrong and where.</summary>
    public InvalidUpdateException(string reason, int offset)
        : base($"{reason} (at byte {offset})")
    {
        Reason = reason;
        Offset = offset;
    }

    /// <summary>What is wrong, in words.</summary>
    public string Reason { get; }

    /// <summary>The byte at which it was noticed.</summary>
    public int Offset { get; }
}
