using System.Buffers.Binary;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Runs;

/// <summary>What who holds a run's hand key may want of it (section 16).</summary>
public abstract record RunCommand
{
    private const byte TypeKind = 1;
    private const byte SizeKind = 2;
    private const byte StopKind = 3;
    private const byte LendKind = 4;
    private const int LentKeyBytes = 32;
    private const ushort MostLetters = 1_000;

    private RunCommand() { }

    public sealed record Type(ReadOnlyMemory<byte> Bytes) : RunCommand;

    /// <summary>Of the terminal: letters across and lines down, 1–1,000 each.</summary>
    public sealed record Size(ushort Columns, ushort Rows) : RunCommand;

    public sealed record Stop : RunCommand;

    /// <summary>Everyone in the room may type by this key; by no such key where it is empty. Counts under the hand key alone.</summary>
    public sealed record Lend(byte[] Key) : RunCommand;

    public static bool TryParse(ReadOnlySpan<byte> bytes, out RunCommand command, out WireError error)
    {
        var reader = new ByteReader(bytes);
        switch (reader.U8(TypeKind, LendKind))
        {
            case TypeKind:
                var typed = reader.Rest();
                reader.Demand(typed.Length is >= 1 and <= Limits.MaxRunTypedBytes, WireError.Length);
                command = new Type(typed.ToArray());
                break;
            case SizeKind:
                command = ReadSize(ref reader);
                break;
            case LendKind:
                command = new Lend(ReadLent(ref reader));
                break;
            default:
                command = new Stop();
                break;
        }
        return reader.End(out error);
    }

    public byte[] Encode()
    {
        switch (this)
        {
            case Type { Bytes: var typed }:
                return [TypeKind, .. typed.Span];
            case Size { Columns: var columns, Rows: var rows }:
                var size = new byte[5];
                size[0] = SizeKind;
                BinaryPrimitives.WriteUInt16BigEndian(size.AsSpan(1), columns);
                BinaryPrimitives.WriteUInt16BigEndian(size.AsSpan(3), rows);
                return size;
            case Lend { Key: var key }:
                return [LendKind, .. key];
            default:
                return [StopKind];
        }
    }

    /// <summary>A key or nothing, also in a record.</summary>
    internal static byte[] ReadLent(ref ByteReader reader)
    {
        var key = reader.Rest();
        reader.Demand(key.Length is 0 or LentKeyBytes, WireError.Length);
        return key.ToArray();
    }

    /// <summary>Two numbers, also in an order.</summary>
    internal static Size ReadSize(ref ByteReader reader)
    {
        var (columns, rows) = (reader.U16(), reader.U16());
        reader.Demand(columns is >= 1 and <= MostLetters && rows is >= 1 and <= MostLetters, WireError.Value);
        return new Size(columns, rows);
    }
}
