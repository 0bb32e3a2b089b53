namespace Coterie.Protocol.Wire;

/// <summary>Crockford base32 of 128 bits: 26 characters, most significant bit first, two zero bits at the end (K8).</summary>
internal static class Base32
{
    public const int Characters = 26;
    private const int SpareBits = 2;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string Write(UInt128 value) =>
        string.Create(
            Characters,
            value,
            static (text, rest) =>
            {
                text[^1] = Alphabet[(int)(rest << SpareBits) & 31];
                rest >>= 5 - SpareBits;
                for (var at = Characters - 2; at >= 0; at--, rest >>= 5)
                    text[at] = Alphabet[(int)rest & 31];
            }
        );

    public static bool TryRead(ReadOnlySpan<char> text, out UInt128 value)
    {
        value = default;
        if (text.Length != Characters)
            return false;
        foreach (var character in text[..^1])
        {
            var digit = Digit(character);
            if (digit < 0)
                return false;
            value = (value << 5) | (uint)digit;
        }
        var last = Digit(text[^1]);
        if (last < 0 || (last & ((1 << SpareBits) - 1)) != 0)
            return false;
        value = (value << (5 - SpareBits)) | (uint)(last >> SpareBits);
        return true;
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
