using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Coterie.Bench.Hub.Wire;

/// <summary>
/// One WebSocket of the load generator (RFC 6455, binary messages, no compression). It masks with a zero key, which the
/// RFC allows and which costs nothing, so that all contenders get the same bytes at the generator's least expense.
/// A message is handed to its person where it lies in the buffer: the span is good during that call only.
/// </summary>
internal sealed class Connection : IDisposable
{
    private const int FirstBuffer = 2 * 1024; // bytes; thousands of idle people must fit
    private const int GreatestMessage = 64 * 1024 * 1024; // bytes; more is a fault of the contender
    private const int MaskedHeader = 14; // bytes; the longest header that we write

    private readonly Socket socket;
    private byte[] incoming = new byte[FirstBuffer];
    private int incomingStart;
    private int incomingEnd;
    private byte[] outgoing = new byte[FirstBuffer];
    private int outgoingStart;
    private int outgoingEnd;
    private int fragments; // bytes of a message whose last frame is still to come, kept at the front of incoming

    private readonly Loop loop;
    private bool dirty;

    private Connection(Loop loop, Socket socket)
    {
        this.loop = loop;
        this.socket = socket;
    }

    public int Slot { get; set; }
    public int Descriptor => (int)socket.SafeHandle.DangerousGetHandle();
    public bool Closed { get; private set; }

    /// <summary>Who reads what arrives; set before the first turn.</summary>
    public required Person Person { get; init; }

    /// <summary>Connects, upgrades and adds the connection to the loop.</summary>
    /// <exception cref="InvalidOperationException">The server refused the upgrade; the text holds its answer.</exception>
    public static Connection Open(Loop loop, IPEndPoint server, string path, Person person)
    {
        var line = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        line.Connect(server);
        line.Send(
            Encoding.ASCII.GetBytes(
                $"GET {path} HTTP/1.1\r\nHost: {server}\r\nOrigin: http://{server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            )
        );
        var connection = new Connection(loop, line) { Person = person };
        connection.ReadUpgrade();
        line.Blocking = false;
        loop.Add(connection);
        return connection;
    }

    /// <summary>Queues one binary message; it leaves with the loop's next turn or flush.</summary>
    public void Send(ReadOnlySpan<byte> message)
    {
        Frame(0x2, message);
    }

    /// <summary>Writes what is queued. False if the socket took less than everything.</summary>
    public bool Flush()
    {
        dirty = false;
        while (outgoingStart < outgoingEnd && !Closed)
        {
            var sent = socket.Send(
                outgoing.AsSpan(outgoingStart, outgoingEnd - outgoingStart),
                SocketFlags.None,
                out var error
            );
            if (error == SocketError.WouldBlock)
                return false;
            if (error != SocketError.Success)
                Closed = true;
            else
                outgoingStart += sent;
        }
        outgoingStart = outgoingEnd = 0;
        return true;
    }

    /// <summary>Takes what the socket has and hands every complete message to the person, with the time of the read.</summary>
    public void Read(long now)
    {
        if (Closed)
            return;
        if (incomingEnd == incoming.Length)
            MakeRoom();
        var read = socket.Receive(incoming.AsSpan(incomingEnd), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return;
        if (error != SocketError.Success || read == 0)
        {
            Close();
            return;
        }
        incomingEnd += read;
        while (TakeFrame(now)) { }
        if (incomingStart == incomingEnd)
            incomingStart = incomingEnd = fragments;
    }

    public void Dispose() => socket.Dispose();

    private void Close()
    {
        Closed = true;
        socket.Close(); // leaves epoll with it
    }

    private void ReadUpgrade()
    {
        int end;
        while ((end = incoming.AsSpan(0, incomingEnd).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var read = socket.Receive(incoming.AsSpan(incomingEnd));
            if (read == 0 || incomingEnd + read == incoming.Length)
                throw new InvalidOperationException("the server ended the upgrade: " + Answer());
            incomingEnd += read;
        }
        if (!incoming.AsSpan(0, end).StartsWith("HTTP/1.1 101"u8))
            throw new InvalidOperationException("the server refused the upgrade: " + Answer());
        incoming.AsSpan(end + 4, incomingEnd - end - 4).CopyTo(incoming); // the server may already have spoken
        incomingEnd -= end + 4;

        string Answer() => Encoding.ASCII.GetString(incoming, 0, incomingEnd);
    }

    private bool TakeFrame(long now)
    {
        var available = incoming.AsSpan(incomingStart, incomingEnd - incomingStart);
        if (available.Length < 2)
            return false;
        int header = 2;
        long length = available[1];
        if (length == 126)
        {
            header = 4;
            if (available.Length < header)
                return false;
            length = BinaryPrimitives.ReadUInt16BigEndian(available[2..]);
        }
        else if (length == 127)
        {
            header = 10;
            if (available.Length < header)
                return false;
            length = BinaryPrimitives.ReadInt64BigEndian(available[2..]);
        }
        if (length > GreatestMessage)
            throw new InvalidDataException($"a frame of {length} bytes");
        if (available.Length < header + length)
            return false;
        var final = (available[0] & 0x80) != 0;
        var opcode = available[0] & 0x0f;
        var payload = available.Slice(header, (int)length);
        incomingStart += header + (int)length;
        switch (opcode)
        {
            case 0x8:
                Close();
                return false;
            case 0x9:
                Frame(0xa, payload);
                break;
            case 0x0 or 0x1 or 0x2 when !final || fragments > 0:
                payload.CopyTo(incoming.AsSpan(fragments));
                fragments += payload.Length;
                if (final)
                {
                    var whole = incoming.AsSpan(0, fragments);
                    fragments = 0;
                    Person.Receive(whole, now);
                }
                break;
            case 0x1 or 0x2:
                Person.Receive(payload, now);
                break;
        }
        return !Closed;
    }

    /// <summary>Moves the rest of the buffer to the front, and doubles the buffer if that was not enough.</summary>
    private void MakeRoom()
    {
        var rest = incomingEnd - incomingStart;
        var target = incoming;
        if (rest + fragments > incoming.Length / 2)
        {
            if (incoming.Length > GreatestMessage)
                throw new InvalidDataException($"a message of more than {GreatestMessage} bytes");
            target = new byte[incoming.Length * 2];
            incoming.AsSpan(0, fragments).CopyTo(target);
        }
        incoming.AsSpan(incomingStart, rest).CopyTo(target.AsSpan(fragments));
        incoming = target;
        incomingStart = fragments;
        incomingEnd = fragments + rest;
    }

    private void Frame(byte opcode, ReadOnlySpan<byte> payload)
    {
        if (outgoing.Length - outgoingEnd < payload.Length + MaskedHeader)
            Array.Resize(ref outgoing, Math.Max(outgoing.Length * 2, outgoingEnd + payload.Length + MaskedHeader));
        var span = outgoing.AsSpan(outgoingEnd);
        span[0] = (byte)(0x80 | opcode);
        int header;
        if (payload.Length < 126)
        {
            span[1] = (byte)(0x80 | payload.Length);
            header = 2;
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            span[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)payload.Length);
            header = 4;
        }
        else
        {
            span[1] = 0x80 | 127;
            BinaryPrimitives.WriteUInt64BigEndian(span[2..], (ulong)payload.Length);
            header = 10;
        }
        span.Slice(header, 4).Clear(); // the mask
        payload.CopyTo(span[(header + 4)..]);
        outgoingEnd += header + 4 + payload.Length;
        if (dirty)
            return;
        dirty = true;
        loop.MarkDirty(this);
    }
}
