using System.Globalization;
using System.Text;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>T6: what a file or folder may be called, and what it is called on a screen.</summary>
public static class NodeName
{
    /// <summary>What a node is called whose name was void by content (T8).</summary>
    public const string Unnamed = "unnamed";

    /// <summary>A name (T9) that is not <c>.</c> or <c>..</c> and holds no <c>/</c> and no <c>\</c>.</summary>
    public static bool IsValid(ReadOnlySpan<byte> name) =>
        Name.IsValid(name)
        && name is not ([(byte)'.'] or [(byte)'.', (byte)'.'])
        && !name.ContainsAny((byte)'/', (byte)'\\');

    /// <summary>What the nodes of one folder are called: of equal names the later shows <c> (2)</c>, <c> (3)</c> … before its extension.</summary>
    /// <param name="siblings">Valid names, by creation.</param>
    /// <returns>As many, in the same order, all different.</returns>
    /// <remarks>NFC needs ICU: a program with InvariantGlobalization composes nothing and would tell apart two spellings of one name.</remarks>
    public static string[] Shown(IReadOnlyList<string> siblings)
    {
        ArgumentNullException.ThrowIfNull(siblings);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var shown = new string[siblings.Count];
        for (var i = 0; i < shown.Length; i++)
        {
            shown[i] = siblings[i];
            for (var number = 2; !taken.Add(Fold(shown[i])); number++)
                shown[i] = Numbered(siblings[i], number);
        }
        return shown;
    }

    /// <summary>NFC, then each code point in lower case by itself: no language and no neighbour has a say.</summary>
    private static string Fold(string name)
    {
        var folded = new StringBuilder(name.Length);
        foreach (var rune in name.Normalize(NormalizationForm.FormC).EnumerateRunes())
        {
            if (rune.Value == DottedCapitalI)
                folded.Append("i\u0307");
            else
                folded.Append(Rune.ToLowerInvariant(rune));
        }
        return folded.ToString();
    }

    /// <summary>The one code point whose lower case is two, so that .NET leaves it as it is.</summary>
    private const int DottedCapitalI = 0x130;

    private static string Numbered(string name, int number)
    {
        var dot = name.LastIndexOf('.');
        return dot > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{name.AsSpan(0, dot)} ({number}){name.AsSpan(dot)}")
            : string.Create(CultureInfo.InvariantCulture, $"{name} ({number})");
    }
}
