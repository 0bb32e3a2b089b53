using System.Buffers.Binary;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Runs;

/// <summary>
/// How runs are named and sealed (section 16). All keys of a run come from two that its author drew for it alone, so that no key and nonce meet
/// twice: events are numbered within the run, commands within one connection's challenge.
/// </summary>
public static class RunKeys
{
    public const int ChallengeBytes = 32;

    /// <summary>Of a hand key that is sealed to an owner.</summary>
    public const int HandBytes = Hpke.EncBytes + Kdf.KeyBytes + Sealing.TagBytes;

    public static RunId IdOf(RoomId room, ReadOnlySpan<byte> sealedOrder)
    {
        Span<byte> id = stackalloc byte[16];
        room.CopyTo(id);
        return new RunId(Hash.Of("run"u8, id, sealedOrder).High);
    }

    /// <param name="server">The server's run key, 65 bytes.</param>
    public static byte[] SealOrder(ReadOnlySpan<byte> server, RoomId room, RunOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return Hpke.Seal(server, Info("coterie/1/run\0"u8, room), [], order.Encode());
    }

    /// <summary>The bytes of an order. Null where it was not sealed to this key and room.</summary>
    public static byte[]? OpenOrder(DhKey server, RoomId room, ReadOnlySpan<byte> sealedOrder) =>
        Hpke.Open(server, Info("coterie/1/run\0"u8, room), [], sealedOrder);

    /// <summary>What who watches presents, 32 bytes.</summary>
    public static byte[] Access(ReadOnlySpan<byte> runKey, RunId run) => Derive(runKey, run, "run/access"u8);

    /// <summary>The key of events, 32 bytes.</summary>
    public static byte[] Output(ReadOnlySpan<byte> runKey, RunId run) => Derive(runKey, run, "run/output"u8);

    /// <summary>The key of commands on the connection that was given this challenge, 32 bytes.</summary>
    public static byte[] Hand(ReadOnlySpan<byte> handKey, ReadOnlySpan<byte> challenge)
    {
        var key = new byte[Kdf.KeyBytes];
        Kdf.Derive(handKey, challenge, "run/hand"u8, [], key);
        return key;
    }

    /// <param name="output">Of <see cref="Output"/>.</param>
    public static byte[] SealEvent(ReadOnlySpan<byte> output, uint index, ReadOnlySpan<byte> happened)
    {
        Span<byte> nonce = stackalloc byte[Sealing.NonceBytes];
        WriteNonce(nonce, index);
        return Sealing.Seal(output, nonce, [], happened);
    }

    /// <summary>Null where it is not the event of this index.</summary>
    public static byte[]? OpenEvent(ReadOnlySpan<byte> output, uint index, ReadOnlySpan<byte> sealedEvent) =>
        Open(output, index, [], sealedEvent);

    /// <param name="hand">Of <see cref="Hand"/>.</param>
    public static byte[] SealCommand(ReadOnlySpan<byte> hand, RunId run, uint index, RunCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        Span<byte> nonce = stackalloc byte[Sealing.NonceBytes];
        Span<byte> along = stackalloc byte[RunId.Bytes];
        WriteNonce(nonce, index);
        run.CopyTo(along);
        return Sealing.Seal(hand, nonce, along, command.Encode());
    }

    /// <summary>Null where it is not the command of this index for this run.</summary>
    public static byte[]? OpenCommand(ReadOnlySpan<byte> hand, RunId run, uint index, ReadOnlySpan<byte> sealedCommand)
    {
        Span<byte> along = stackalloc byte[RunId.Bytes];
        run.CopyTo(along);
        return Open(hand, index, along, sealedCommand);
    }

    /// <summary>A hand key for an owner.</summary>
    /// <param name="owner">The key to seal to, 65 bytes.</param>
    public static byte[] SealHand(ReadOnlySpan<byte> owner, RoomId room, RunId run, ReadOnlySpan<byte> handKey)
    {
        Span<byte> along = stackalloc byte[RunId.Bytes];
        run.CopyTo(along);
        return Hpke.Seal(owner, Info("coterie/1/run-hand\0"u8, room), along, handKey);
    }

    /// <summary>Null where it is not for this owner and run.</summary>
    public static byte[]? OpenHand(DhKey owner, RoomId room, RunId run, ReadOnlySpan<byte> sealedHand)
    {
        Span<byte> along = stackalloc byte[RunId.Bytes];
        run.CopyTo(along);
        return Hpke.Open(owner, Info("coterie/1/run-hand\0"u8, room), along, sealedHand) is { Length: Kdf.KeyBytes } key
            ? key
            : null;
    }

    private static byte[] Derive(ReadOnlySpan<byte> key, RunId run, ReadOnlySpan<byte> label)
    {
        Span<byte> salt = stackalloc byte[RunId.Bytes];
        run.CopyTo(salt);
        var derived = new byte[Kdf.KeyBytes];
        Kdf.Derive(key, salt, label, [], derived);
        return derived;
    }

    private static byte[]? Open(
        ReadOnlySpan<byte> key,
        uint index,
        ReadOnlySpan<byte> along,
        ReadOnlySpan<byte> sealedBytes
    )
    {
        if (sealedBytes.Length < Sealing.TagBytes)
            return null;
        Span<byte> nonce = stackalloc byte[Sealing.NonceBytes];
        WriteNonce(nonce, index);
        var plain = new byte[sealedBytes.Length - Sealing.TagBytes];
        return Sealing.TryOpen(key, nonce, along, sealedBytes, plain) ? plain : null;
    }

    private static void WriteNonce(Span<byte> nonce, uint index)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], index);
    }

    private static byte[] Info(ReadOnlySpan<byte> label, RoomId room)
    {
        byte[] info = [.. label, .. new byte[16]];
        room.CopyTo(info.AsSpan(label.Length));
        return info;
    }
}
