using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>
/// T9: what people, files and folders may be called, so that two names that differ can be told apart on a screen. The code points are
/// listed, not asked of a Unicode table: every client must answer alike, whatever version of Unicode it knows.
/// </summary>
public static class Name
{
    /// <summary>1–200 bytes of UTF-8 with something to see in it, without control characters, bidi controls and invisible letters.</summary>
    public static bool IsValid(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > Limits.MaxNameBytes || !Utf8.IsValid(name))
            return false;
        var seen = false;
        while (Rune.DecodeFromUtf8(name, out var rune, out var length) == OperationStatus.Done)
        {
            if (IsControl(rune.Value) || TurnsWriting(rune.Value) || IsInvisible(rune.Value))
                return false;
            seen |= !IsBlank(rune.Value);
            name = name[length..];
        }
        return seen;
    }

    /// <summary>Line and paragraph separator among them.</summary>
    private static bool IsControl(int rune) => rune is <= 0x1f or (>= 0x7f and <= 0x9f) or 0x2028 or 0x2029;

    /// <summary>Unicode's Bidi_Control: invisible, and what stands around them shows in another order than it is.</summary>
    private static bool TurnsWriting(int rune) =>
        rune is 0x061c or 0x200e or 0x200f or (>= 0x202a and <= 0x202e) or (>= 0x2066 and <= 0x2069);

    /// <summary>Letters that no writing needs in a name, and that nobody sees.</summary>
    private static bool IsInvisible(int rune) =>
        rune
            is 0x00ad
                or 0x115f
                or 0x1160
                or 0x17b4
                or 0x17b5
                or 0x180e
                or 0x200b
                or (>= 0x2060 and <= 0x206f)
                or 0x3164
                or 0xfeff
                or 0xffa0
                or (>= 0xfff0 and <= 0xfffb);

    /// <summary>Spaces, and what only joins or varies its neighbours: scripts and emoji need them, but alone they show nothing.</summary>
    private static bool IsBlank(int rune) =>
        rune
            is 0x0020
                or 0x00a0
                or 0x034f
                or 0x1680
                or (>= 0x180b and <= 0x180f)
                or (>= 0x2000 and <= 0x200d)
                or 0x202f
                or 0x205f
                or 0x2800
                or 0x3000
                or (>= 0xfe00 and <= 0xfe0f)
                or (>= 0xe0000 and <= 0xe0fff);
}
