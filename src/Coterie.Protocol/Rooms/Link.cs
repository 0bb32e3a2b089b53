using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>
/// An invitation as text: <c>https://server/r/ROOM#DOOR.SECRET.VERSION.HASH[.HOSTKEY.ADDRESSES]</c> (K8, K9). What stands behind the # is a
/// secret and never reaches a server.
/// </summary>
public sealed record Link
{
    private const int MaxCharacters = 4_096;
    private const string Path = "/r/";

    /// <summary>Scheme, host and base path, without a slash at the end.</summary>
    public required string Server { get; init; }
    public required RoomId Room { get; init; }
    public required byte Door { get; init; }

    /// <summary>The role's secret, 32 bytes.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>The manifest version that the link was made at.</summary>
    public required uint Version { get; init; }

    /// <summary>The first 8 bytes of that manifest's hash.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Of a hosted session, else empty.</summary>
    public string HostKey { get; init; } = "";

    /// <summary>Of a hosted session, else empty.</summary>
    public string Addresses { get; init; } = "";

    /// <summary>The link as text; it carries the secret.</summary>
    public string ToText()
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Server}{Path}{Room}#{Door}.{Base64Url.EncodeToString(Secret)}.{Version}.{Base64Url.EncodeToString(Hash)}"
        );
        return HostKey.Length == 0 ? text : $"{text}.{HostKey}.{Addresses}";
    }

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Server}{Path}{Room}";

    /// <summary>K9: whether a verified chain is at least as new as the link, and the same.</summary>
    public bool Agrees(ManifestChain chain)
    {
        if (Version >= chain.Count)
            return false;
        Span<byte> hash = stackalloc byte[Digest.Bytes];
        chain[Version].Hash.CopyTo(hash);
        return hash[..Hash.Length].SequenceEqual(Hash);
    }

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out Link? link, out WireError error)
    {
        link = null;
        error = WireError.TooLarge;
        if (text.Length > MaxCharacters)
            return false;
        error = WireError.NotALink;
        var fragmentAt = text.IndexOf('#');
        if (fragmentAt < 0)
            return false;
        var address = text[..fragmentAt];
        var roomAt = address.LastIndexOf(Path);
        if (roomAt < 0 || !IsServer(address[..roomAt]))
            return false;
        error = WireError.Room;
        if (!RoomId.TryParse(address[(roomAt + Path.Length)..], out var room))
            return false;
        var rest = text[(fragmentAt + 1)..];
        error = WireError.Door;
        if (!TryNumber(Next(ref rest), 3, byte.MaxValue, out var door))
            return false;
        error = WireError.Secret;
        if (!Base64Text.TryRead(Next(ref rest), 32, out var secret))
            return false;
        error = WireError.Version;
        if (!TryNumber(Next(ref rest), 10, uint.MaxValue, out var version))
            return false;
        error = WireError.Hash;
        var hosted = rest.Contains('.');
        if (!Base64Text.TryRead(Next(ref rest), 8, out var hash))
            return false;
        error = WireError.HostKey;
        var hostKey = Next(ref rest);
        if (hosted && (hostKey.IsEmpty || !IsPrintable(hostKey) || !IsPrintable(rest)))
            return false;
        error = WireError.None;
        link = new Link
        {
            Server = address[..roomAt].ToString(),
            Room = room,
            Door = (byte)door,
            Secret = secret,
            Version = (uint)version,
            Hash = hash,
            HostKey = hostKey.ToString(),
            Addresses = rest.ToString(),
        };
        return true;
    }

    private static bool IsServer(ReadOnlySpan<char> text)
    {
        var host =
            text.StartsWith("https://", StringComparison.Ordinal) ? text["https://".Length..]
            : text.StartsWith("http://", StringComparison.Ordinal) ? text["http://".Length..]
            : default;
        return !host.IsEmpty && IsPrintable(host) && !host.ContainsAny("?#@");
    }

    private static bool IsPrintable(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('!', '~');

    /// <summary>Takes the part before the next dot.</summary>
    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest)
    {
        var dot = rest.IndexOf('.');
        var part = dot < 0 ? rest : rest[..dot];
        rest = dot < 0 ? default : rest[(dot + 1)..];
        return part;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, int digits, ulong most, out ulong number)
    {
        number = 0;
        return text.Length >= 1
            && text.Length <= digits
            && !text.ContainsAnyExceptInRange('0', '9')
            && (text.Length == 1 || text[0] != '0')
            && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number <= most;
    }
}
