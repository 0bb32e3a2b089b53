namespace Coterie.Bench.Hub.Wire;

/// <summary>
/// The few shapes of a Yjs v1 update that typing makes: every person types ASCII letters one after the other into the text
/// "text", so the letter at clock k follows the same person's letter k - 1. Servers may merge updates; <see cref="Read"/>
/// therefore gives ranges of letters.
/// </summary>
internal static class YUpdate
{
    public const int MostBytes = 32; // of one keystroke
    private const uint FirstClient = 1_000_000_000; // like the random client ids of Yjs, 5 bytes as a varint
    private const byte StringContent = 4;

    /// <summary>Writes the update of one letter: letter <paramref name="clock"/> of this author, counted from 0.</summary>
    public static void WriteKey(scoped ref Lib0Writer to, int author, int clock)
    {
        var client = FirstClient + (uint)author;
        to.VarUint(1); // clients
        to.VarUint(1); // structs of it
        to.VarUint(client);
        to.VarUint((uint)clock);
        if (clock == 0)
        {
            to.Byte(StringContent);
            to.VarUint(1); // the parent is a root type
            to.Bytes("text"u8);
        }
        else
        {
            to.Byte(StringContent | 0x80); // has an origin: the letter before
            to.VarUint(client);
            to.VarUint((uint)(clock - 1));
        }
        to.Bytes([(byte)('a' + (clock % 26))]);
        to.VarUint(0); // deletes nothing
    }

    /// <summary>Tells the tally which letters the update holds.</summary>
    /// <exception cref="InvalidDataException">The update holds something that nobody here typed.</exception>
    public static void Read(ReadOnlySpan<byte> update, Tally tally, long now)
    {
        var reader = new Lib0Reader(update);
        for (var clients = reader.VarUint(); clients > 0; clients--)
        {
            var structs = reader.VarUint();
            var author = (int)(reader.VarUint() - FirstClient);
            var clock = (int)reader.VarUint();
            for (; structs > 0; structs--)
            {
                var letters = ReadStruct(ref reader);
                tally.Delivered(author, clock, letters, now);
                clock += letters;
            }
        }
    }

    private static int ReadStruct(ref Lib0Reader reader)
    {
        var info = reader.Byte();
        if ((info & 0x1f) != StringContent)
            throw new InvalidDataException($"an update with content {info & 0x1f}, which nobody typed");
        for (var id = info & 0xc0; id != 0; id &= id - 1) // origin, right origin
        {
            reader.VarUint();
            reader.VarUint();
        }
        if ((info & 0xc0) == 0)
        {
            reader.VarUint();
            reader.Bytes();
        }
        return reader.Bytes().Length;
    }
}
