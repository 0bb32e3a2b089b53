using Coterie.Protocol.Wire;

namespace Coterie.Hub.Stores;

/// <summary>Ids as the 16 bytes that lie in a column.</summary>
internal static class Blob
{
    private const int IdBytes = 16;

    public static byte[] Of(RoomId id)
    {
        var bytes = new byte[IdBytes];
        id.CopyTo(bytes);
        return bytes;
    }

    public static byte[] Of(StreamId id)
    {
        var bytes = new byte[IdBytes];
        id.CopyTo(bytes);
        return bytes;
    }

    public static byte[] Of(SessionId id)
    {
        var bytes = new byte[IdBytes];
        id.CopyTo(bytes);
        return bytes;
    }
}
