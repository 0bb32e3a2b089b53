namespace Coterie.Protocol.Wire;

/// <summary>Crockford base32 of 128 bits: 26 characters, most significant bit first, two zero bits at the end (K8).</summary>
internal static class Base32
{
    public const int Characters = 26;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string Write(Bits128 value)
    {
        Span<byte> bytes = stackalloc byte[Bits128.Bytes + 1]; // the last one holds the spare bits
        value.CopyTo(bytes);
        Span<char> text = stackalloc char[Characters];
        for (var at = 0; at < Characters; at++)
        {
            var (first, shift) = Math.DivRem(5 * at, 8);
            text[at] = Alphabet[(((bytes[first] << 8) | bytes[first + 1]) >> (11 - shift)) & 31];
        }
        return new string(text);
    }

    public static bool TryRead(ReadOnlySpan<char> text, out Bits128 value)
    {
        value = default;
        if (text.Length != Characters)
            return false;
        Span<byte> bytes = stackalloc byte[Bits128.Bytes + 1];
        bytes.Clear();
        for (var at = 0; at < Characters; at++)
        {
            var digit = Digit(text[at]);
            if (digit < 0)
                return false;
            var (first, shift) = Math.DivRem(5 * at, 8);
            var placed = digit << (11 - shift);
            bytes[first] |= (byte)(placed >> 8);
            bytes[first + 1] |= (byte)placed;
        }
        value = Bits128.Read(bytes);
        return bytes[^1] == 0;
    }

    private static int Digit(char character) =>
        character switch
        {
            'o' or 'O' => 0,
            'i' or 'I' or 'l' or 'L' => 1,
            >= 'A' and <= 'Z' => Alphabet.IndexOf((char)(character | 0x20), StringComparison.Ordinal),
            _ => Alphabet.IndexOf(character, StringComparison.Ordinal),
        };
}
