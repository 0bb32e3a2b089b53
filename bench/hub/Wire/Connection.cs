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

    private readonly Socket _socket;
    private byte[] _in = new byte[FirstBuffer];
    private int _inStart;
    private int _inEnd;
    private byte[] _out = new byte[FirstBuffer];
    private int _outStart;
    private int _outEnd;
    private int _fragments; // bytes of a message whose last frame is still to come, kept at the front of _in

    private readonly Loop _loop;
    private bool _dirty;

    private Connection(Loop loop, Socket socket)
    {
        _loop = loop;
        _socket = socket;
    }

    public int Slot { get; set; }
    public int Descriptor => (int)_socket.SafeHandle.DangerousGetHandle();
    public bool Closed { get; private set; }

    /// <summary>Who reads what arrives; set before the first turn.</summary>
    public required Person Person { get; init; }

    /// <summary>Connects, upgrades and adds the connection to the loop.</summary>
    /// <exception cref="InvalidOperationException">The server refused the upgrade; the text holds its answer.</exception>
    public static Connection Open(Loop loop, IPEndPoint server, string path, Person person)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        socket.Send(
            Encoding.ASCII.GetBytes(
                $"GET {path} HTTP/1.1\r\nHost: {server}\r\nOrigin: http://{server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            )
        );
        var connection = new Connection(loop, socket) { Person = person };
        connection.ReadUpgrade();
        socket.Blocking = false;
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
        _dirty = false;
        while (_outStart < _outEnd && !Closed)
        {
            var sent = _socket.Send(_out.AsSpan(_outStart, _outEnd - _outStart), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                return false;
            if (error != SocketError.Success)
                Closed = true;
            else
                _outStart += sent;
        }
        _outStart = _outEnd = 0;
        return true;
    }

    /// <summary>Takes what the socket has and hands every complete message to the person, with the time of the read.</summary>
    public void Read(long now)
    {
        if (Closed)
            return;
        if (_inEnd == _in.Length)
            MakeRoom();
        var read = _socket.Receive(_in.AsSpan(_inEnd), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return;
        if (error != SocketError.Success || read == 0)
        {
            Close();
            return;
        }
        _inEnd += read;
        while (TakeFrame(now)) { }
        if (_inStart == _inEnd)
            _inStart = _inEnd = _fragments;
    }

    public void Dispose() => _socket.Dispose();

    private void Close()
    {
        Closed = true;
        _socket.Close(); // leaves epoll with it
    }

    private void ReadUpgrade()
    {
        int end;
        while ((end = _in.AsSpan(0, _inEnd).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var read = _socket.Receive(_in.AsSpan(_inEnd));
            if (read == 0 || _inEnd + read == _in.Length)
                throw new InvalidOperationException("the server ended the upgrade: " + Answer());
            _inEnd += read;
        }
        if (!_in.AsSpan(0, end).StartsWith("HTTP/1.1 101"u8))
            throw new InvalidOperationException("the server refused the upgrade: " + Answer());
        _in.AsSpan(end + 4, _inEnd - end - 4).CopyTo(_in); // the server may already have spoken
        _inEnd -= end + 4;

        string Answer() => Encoding.ASCII.GetString(_in, 0, _inEnd);
    }

    private bool TakeFrame(long now)
    {
        var available = _in.AsSpan(_inStart, _inEnd - _inStart);
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
        _inStart += header + (int)length;
        switch (opcode)
        {
            case 0x8:
                Close();
                return false;
            case 0x9:
                Frame(0xa, payload);
                break;
            case 0x0 or 0x1 or 0x2 when !final || _fragments > 0:
                payload.CopyTo(_in.AsSpan(_fragments));
                _fragments += payload.Length;
                if (final)
                {
                    var whole = _in.AsSpan(0, _fragments);
                    _fragments = 0;
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
        var rest = _inEnd - _inStart;
        var target = _in;
        if (rest + _fragments > _in.Length / 2)
        {
            if (_in.Length > GreatestMessage)
                throw new InvalidDataException($"a message of more than {GreatestMessage} bytes");
            target = new byte[_in.Length * 2];
            _in.AsSpan(0, _fragments).CopyTo(target);
        }
        _in.AsSpan(_inStart, rest).CopyTo(target.AsSpan(_fragments));
        _in = target;
        _inStart = _fragments;
        _inEnd = _fragments + rest;
    }

    private void Frame(byte opcode, ReadOnlySpan<byte> payload)
    {
        if (_out.Length - _outEnd < payload.Length + MaskedHeader)
            Array.Resize(ref _out, Math.Max(_out.Length * 2, _outEnd + payload.Length + MaskedHeader));
        var span = _out.AsSpan(_outEnd);
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
        _outEnd += header + 4 + payload.Length;
        if (_dirty)
            return;
        _dirty = true;
        _loop.MarkDirty(this);
    }
}
