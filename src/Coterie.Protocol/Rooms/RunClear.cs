using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>What a record of class 9 is (section 16).</summary>
public enum RunKind : byte
{
    /// <summary>Its author wants the run to begin.</summary>
    Request = 1,

    /// <summary>Everyone in the room may type in it from now on.</summary>
    Shared = 2,

    /// <summary>It is over, and what it was.</summary>
    Receipt = 3,
}

/// <summary>The clear part of class 9.</summary>
public readonly record struct RunClear(RunKind Kind, RunId Run)
{
    /// <summary>Reads a clear part of the class's shape. False where its kind is unknown.</summary>
    public static bool TryRead(ReadOnlySpan<byte> clear, out RunClear run)
    {
        run = new RunClear((RunKind)clear[0], RunId.Read(clear[1..]));
        return run.Kind is >= RunKind.Request and <= RunKind.Receipt;
    }

    public byte[] Encode()
    {
        var bytes = new byte[1 + RunId.Bytes];
        bytes[0] = (byte)Kind;
        Run.CopyTo(bytes.AsSpan(1));
        return bytes;
    }
}
