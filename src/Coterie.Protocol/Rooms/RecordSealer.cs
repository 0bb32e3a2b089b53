using System.Security.Cryptography;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// Seals the records of one (session, class, stream) and opens them (R2, R3): holds K, which no other triple shares. The caller counts (R4):
/// sealing twice under one counter would break the seal.
/// </summary>
public sealed class RecordSealer : IDisposable
{
    private readonly AesGcm cipher;
    private readonly RecordClass recordClass;

    public RecordSealer(
        ReadOnlySpan<byte> epochKey,
        SessionId session,
        RecordClass recordClass,
        StreamId stream,
        MemberId member
    )
    {
        this.recordClass = recordClass;
        Span<byte> key = stackalloc byte[Kdf.KeyBytes];
        DeriveKey(epochKey, session, recordClass, stream, member, key);
        cipher = new AesGcm(key, Sealing.TagBytes);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>K = KDF(epochKey, session, "rec", class ‖ stream ‖ memberId), 32 bytes.</summary>
    public static void DeriveKey(
        ReadOnlySpan<byte> epochKey,
        SessionId session,
        RecordClass recordClass,
        StreamId stream,
        MemberId member,
        Span<byte> key
    )
    {
        Span<byte> salt = stackalloc byte[16];
        session.CopyTo(salt);
        Span<byte> context = stackalloc byte[1 + 16 + 16];
        context[0] = (byte)recordClass;
        stream.CopyTo(context[1..]);
        member.CopyTo(context[17..]);
        Kdf.Derive(epochKey, salt, "rec"u8, context, key);
    }

    /// <summary>The bytes that a record will have.</summary>
    public int Size(int clearBytes, int payloadBytes) =>
        UnsignedSize(clearBytes, payloadBytes) + (Classes.Row(recordClass).Signed ? RecordView.SignatureBytes : 0);

    /// <summary>Writes a whole record of exactly <see cref="Size"/> bytes.</summary>
    /// <exception cref="ArgumentException">The payload or clear part is above its bound, or the header is of another class.</exception>
    public void Seal(
        in RecordHeader header,
        ReadOnlySpan<byte> clear,
        ReadOnlySpan<byte> payload,
        SigningKey member,
        Span<byte> record
    )
    {
        var length = UnsignedSize(clear.Length, payload.Length);
        SealUnsigned(header, clear, payload, record[..length]);
        if (Classes.Row(recordClass).Signed)
            member.Sign("record"u8, record[..length], record[length..]);
    }

    public byte[] Seal(in RecordHeader header, ReadOnlySpan<byte> clear, ReadOnlySpan<byte> payload, SigningKey member)
    {
        var record = new byte[Size(clear.Length, payload.Length)];
        Seal(header, clear, payload, member, record);
        return record;
    }

    /// <summary>Writes all but the signature.</summary>
    internal void SealUnsigned(
        in RecordHeader header,
        ReadOnlySpan<byte> clear,
        ReadOnlySpan<byte> payload,
        Span<byte> record
    )
    {
        if (header.Class != recordClass)
            throw new ArgumentException($"This seals {recordClass}, not {header.Class}.", nameof(header));
        if (payload.Length > Limits.MaxPayloadBytes)
            throw new ArgumentException($"A payload has at most {Limits.MaxPayloadBytes} bytes.", nameof(payload));
        if (clear.Length > Limits.MaxClearBytes)
            throw new ArgumentException($"A clear part has at most {Limits.MaxClearBytes} bytes.", nameof(clear));
        var writer = new ByteWriter(record);
        header.Write(ref writer);
        writer.B16(clear);
        var along = writer.Written;
        var padded = Padding.Padded(payload.Length, recordClass);
        writer.U32((uint)(padded + Sealing.TagBytes));
        var plaintext = writer.Take(padded);
        var tag = writer.Take(Sealing.TagBytes);
        var inside = new ByteWriter(plaintext);
        inside.U32((uint)payload.Length);
        inside.Bytes(payload);
        plaintext[inside.Position..].Clear();
        Span<byte> nonce = stackalloc byte[Sealing.NonceBytes];
        WriteNonce(header.Counter, nonce);
        cipher.Encrypt(nonce, plaintext, plaintext, tag, along);
    }

    /// <summary>
    /// J12: opens a record that was judged. False, void by content, if tag or padding are wrong; then <paramref name="payload"/> is empty.
    /// </summary>
    /// <param name="plaintext">Room for the padded plaintext; the payload lies inside it.</param>
    public bool TryOpen(in RecordView record, Span<byte> plaintext, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        var length = PlaintextBytes(record);
        if (length < 0)
            return false;
        Span<byte> nonce = stackalloc byte[Sealing.NonceBytes];
        WriteNonce(record.Counter, nonce);
        var sealedBytes = record.Ciphertext;
        try
        {
            cipher.Decrypt(
                nonce,
                sealedBytes[..length],
                sealedBytes[length..],
                plaintext[..length],
                record.SealedAlong
            );
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        return Padding.TryOpen(plaintext[..length], recordClass, out payload, out _);
    }

    /// <summary>How much room <see cref="TryOpen"/> needs; negative if the ciphertext is too short to be one.</summary>
    public static int PlaintextBytes(in RecordView record) => record.Ciphertext.Length - Sealing.TagBytes;

    public void Dispose() => cipher.Dispose();

    private int UnsignedSize(int clearBytes, int payloadBytes) =>
        RecordView.HeaderBytes + 2 + clearBytes + 4 + Padding.Padded(payloadBytes, recordClass) + Sealing.TagBytes;

    private static void WriteNonce(ulong counter, Span<byte> nonce)
    {
        var writer = new ByteWriter(nonce);
        writer.U32(0);
        writer.U64(counter);
    }
}
