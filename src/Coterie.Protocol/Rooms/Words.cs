using System.Numerics;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// K11: six words that two people read to each other; equal words mean the same room and the same newest manifest. The list is BIP-39's
/// English one (MIT, from @scure/bip39), an embedded text of 2,048 lines.
/// </summary>
public static class Words
{
    private const int Count = 6;
    private const int BitsPerWord = 11;
    private static readonly Lazy<string[]> List = new(Read);

    public static string[] Of(Genesis genesis, Digest newestManifest)
    {
        Span<byte> hash = stackalloc byte[32];
        newestManifest.CopyTo(hash);
        return From(Hash.Of("words"u8, genesis.Encoded, hash));
    }

    /// <summary>K13: six words of one member's key. Who hears them from that person, and reads the same, has the key that is theirs.</summary>
    public static string[] Of(RoomId room, MemberId member)
    {
        Span<byte> ids = stackalloc byte[32];
        room.CopyTo(ids);
        member.CopyTo(ids[16..]);
        return From(Hash.Of("member-words"u8, ids));
    }

    private static string[] From(Digest digest)
    {
        Span<byte> hash = stackalloc byte[32];
        digest.CopyTo(hash);
        var bits = new BigInteger(hash, isUnsigned: true, isBigEndian: true);
        var words = new string[Count];
        for (var i = 0; i < Count; i++)
            words[i] = List.Value[(int)((bits >> (256 - BitsPerWord * (i + 1))) & ((1 << BitsPerWord) - 1))];
        return words;
    }

    private static string[] Read()
    {
        using var stream = typeof(Words).Assembly.GetManifestResourceStream("Coterie.Protocol.words.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
