using System.Buffers;
using System.Buffers.Text;

namespace Coterie.Protocol.Wire;

/// <summary>base64url without padding, and only its one canonical form: no white space, zero bits at the end (K8). The platform's reader is laxer, and throws.</summary>
internal static class Base64Text
{
    private static readonly SearchValues<char> Alphabet = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    );

    public static bool TryRead(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.ContainsAnyExcept(Alphabet) || !Base64Url.IsValid(text))
            return false;
        var decoded = Base64Url.DecodeFromChars(text);
        if (!text.SequenceEqual(Base64Url.EncodeToString(decoded)))
            return false;
        bytes = decoded;
        return true;
    }

    /// <summary>Reads exactly so many bytes.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, int length, out byte[] bytes) =>
        TryRead(text, out bytes) && bytes.Length == length;
}
