using System.Security.Cryptography;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Client.Tests;

/// <summary>A frame of the hub on its way to a member: type and body.</summary>
public sealed record Passing(HubFrame Type, byte[] Body);

/// <summary>
/// A member whose line to a real hub runs through our hands: every frame can be kept, changed, doubled or dropped before the member sees
/// it, as a dishonest hub would.
/// </summary>
public sealed class Wiretap : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private HubSocket socket = new();

    private Wiretap(Uri server, Entry entry, MemberKeys keys) =>
        Member = new Member(entry, keys, HubSocket.OriginOf(server), RandomNumberGenerator.Create());

    public Member Member { get; }

    /// <summary>What to hand on in place of a frame. By default the frame itself.</summary>
    public Func<Passing, IEnumerable<Passing>> Tamper { get; set; } = frame => [frame];

    public static async Task<Wiretap> ConnectAsync(Uri server, Entry entry, MemberKeys keys)
    {
        var tap = new Wiretap(server, entry, keys);
        await tap.socket.ConnectAsync(server, CancellationToken.None);
        tap.Member.Connected();
        return tap;
    }

    /// <summary>The line breaks, and the member comes back over another.</summary>
    public async Task ReconnectAsync(Uri server)
    {
        socket.Dispose();
        Member.Disconnected();
        socket = new HubSocket();
        await socket.ConnectAsync(server, CancellationToken.None);
        Member.Connected();
    }

    /// <summary>Passes messages both ways until it is so.</summary>
    public async Task PassUntilAsync(Func<bool> done)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            if (!Member.Output.IsEmpty)
                await socket.SendAsync(Member.Output.ToArray(), limit.Token);
            Member.ClearOutput();
            if (done())
                return;
            var message = await socket.ReceiveAsync(limit.Token);
            Assert.False(message.IsEmpty, "the hub closed the connection");
            Pass(message);
        }
    }

    /// <summary>Hands the member one frame of our own making.</summary>
    public void Inject(Passing frame) => Member.Receive(Encode(frame));

    public async Task<RoomFault> FaultAsync()
    {
        RoomFault? fault = null;
        await PassUntilAsync(() => Member.Faults.TryRead(out fault));
        return fault!;
    }

    public ValueTask DisposeAsync()
    {
        Member.Dispose();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Pass(ReadOnlyMemory<byte> message)
    {
        var frames = new List<Passing>();
        var rest = message.Span;
        while (Frame.TryNext(ref rest, int.MaxValue, out var type, out var body, out _))
            frames.Add(new Passing((HubFrame)type, body.ToArray()));
        foreach (var frame in frames)
        foreach (var instead in Tamper(frame))
            Inject(instead);
    }

    private static byte[] Encode(Passing frame)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Carriers.Write(output, frame.Type, frame.Body);
        return output.WrittenSpan.ToArray();
    }
}
