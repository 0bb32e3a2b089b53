using System.Buffers;
using Coterie.Crdt.Bytes;

namespace Coterie.Crdt;

/// <summary>What a message of y-websocket is about.</summary>
public enum WebsocketMessageKind
{
    /// <summary>A message of the <see cref="SyncProtocol"/>.</summary>
    Sync = 0,

    /// <summary>A message of <see cref="Crdt.Awareness"/>.</summary>
    Awareness = 1,

    /// <summary>The other side refuses, and says why.</summary>
    Auth = 2,

    /// <summary>"Who is there?" The answer is an awareness message of all clients.</summary>
    QueryAwareness = 3,
}

/// <summary>
/// One binary message of a y-websocket connection: a number that says what it is about, then that. Valid as long as the bytes it
/// was read from.
/// </summary>
public readonly ref struct WebsocketMessage
{
    private const int Denied = 0;

    private WebsocketMessage(WebsocketMessageKind kind, ReadOnlySpan<byte> content, string? reason)
    {
        Kind = kind;
        Content = content;
        Reason = reason;
    }

    /// <summary>What it is about.</summary>
    public WebsocketMessageKind Kind { get; }

    /// <summary>
    /// For <see cref="WebsocketMessageKind.Sync"/> what <see cref="SyncProtocol"/> receives, for
    /// <see cref="WebsocketMessageKind.Awareness"/> what <see cref="Crdt.Awareness.Apply"/> takes; else nothing.
    /// </summary>
    public ReadOnlySpan<byte> Content { get; }

    /// <summary>Why the other side refuses, for <see cref="WebsocketMessageKind.Auth"/>; else null.</summary>
    public string? Reason { get; }

    /// <summary>
    /// Reads a message: all of it, nothing may be left. Whether a sync message has its form is looked at, what it and an awareness
    /// message carry is not: that shows when it is applied.
    /// </summary>
    /// <exception cref="InvalidUpdateException">The bytes are no message.</exception>
    public static WebsocketMessage Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var kind = (WebsocketMessageKind)
            reader.Small((int)WebsocketMessageKind.QueryAwareness, "a message of unknown kind");
        ReadOnlySpan<byte> content = default;
        string? reason = null;
        switch (kind)
        {
            case WebsocketMessageKind.Sync:
                content = bytes[reader.Offset..];
                reader.Small((int)SyncMessage.Update, "a sync message of unknown kind");
                reader.VarBytes();
                break;
            case WebsocketMessageKind.Awareness:
                content = reader.VarBytes();
                break;
            case WebsocketMessageKind.Auth:
                reader.Small(Denied, "an answer about access of unknown kind");
                reason = reader.VarString();
                break;
        }
        return reader.IsAtEnd ? new(kind, content, reason) : throw reader.Wrong("bytes behind the message");
    }

    /// <summary>Puts a message of <see cref="SyncProtocol"/> into an envelope.</summary>
    public static byte[] Sync(ReadOnlySpan<byte> message)
    {
        var bytes = Begin(WebsocketMessageKind.Sync);
        bytes.Bytes(message);
        return bytes.ToArray();
    }

    /// <summary>Writes <see cref="Sync(ReadOnlySpan{byte})"/> behind what is in a buffer.</summary>
    public static void Sync(ReadOnlySpan<byte> message, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Begin(WebsocketMessageKind.Sync).CopyTo(output);
        output.Write(message);
    }

    /// <summary>Puts a message of <see cref="Crdt.Awareness"/> into an envelope.</summary>
    public static byte[] Awareness(ReadOnlySpan<byte> message)
    {
        var bytes = Begin(WebsocketMessageKind.Awareness);
        bytes.VarBytes(message);
        return bytes.ToArray();
    }

    /// <summary>Writes <see cref="Awareness(ReadOnlySpan{byte})"/> behind what is in a buffer.</summary>
    public static void Awareness(ReadOnlySpan<byte> message, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var head = Begin(WebsocketMessageKind.Awareness);
        head.VarUint(message.Length);
        head.CopyTo(output);
        output.Write(message);
    }

    /// <summary>Says that access is denied, and why.</summary>
    public static byte[] AccessDenied(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        var bytes = Begin(WebsocketMessageKind.Auth);
        bytes.VarUint(Denied);
        bytes.VarString(reason);
        return bytes.ToArray();
    }

    /// <summary>Asks who is there.</summary>
    public static byte[] QueryAwareness() => Begin(WebsocketMessageKind.QueryAwareness).ToArray();

    private static ByteWriter Begin(WebsocketMessageKind kind)
    {
        var bytes = new ByteWriter();
        bytes.VarUint((int)kind);
        return bytes;
    }
}
