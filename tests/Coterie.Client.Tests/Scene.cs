using Coterie.Client.Founding;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;

namespace Coterie.Client.Tests;

/// <summary>An owner who has said something in the chat, and another, a viewer unless the test says otherwise, who reads it over a tapped line.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private readonly FoundedRoom room;
    private readonly RoomConnection owner;
    private readonly MemberKeys keys;

    private Scene(FoundedRoom room, RoomConnection owner, MemberKeys keys, Wiretap reader)
    {
        this.room = room;
        this.owner = owner;
        this.keys = keys;
        Reader = reader;
        Log = reader.Member.Open(new FixedStreams(room.Room).Chat);
    }

    public Wiretap Reader { get; }

    public MemberId Owner => owner.Member;

    /// <summary>The reader's chat.</summary>
    public StreamLog Log { get; }

    public static async Task<Scene> SetAsync(Uri server, int said, Role role = Role.Viewer)
    {
        var founded = Rooms.Found();
        var founder = await Rooms.JoinAsync(server, new OwnerEntry(founded), founded.Owner);
        var chat = founder.Open(founder.Streams.Chat);
        for (var i = 0; i < said; i++)
            await founder.SayAsync(chat, $"message {i}");
        var readerKeys = MemberKeys.Create();
        var tap = await Wiretap.ConnectAsync(server, Rooms.LinkTo(founded, role, server), readerKeys);
        return new Scene(founded, founder, readerKeys, tap);
    }

    /// <summary>The owner's word on where the chat stands (P2).</summary>
    /// <param name="signed">False: under a signature that is none.</param>
    public void PulseAsOwner(ulong seq, Bits128 head, bool signed = true)
    {
        PulseStream[] streams = [new PulseStream(Log.Id, seq, head)];
        var pulse = owner.SignPulse(streams);
        owner.Relay(
            RecordClass.Signal,
            owner.Streams.Control,
            (signed ? pulse : pulse with { Signature = new byte[64] }).Encode()
        );
    }

    public Task<Position> SayAsOwnerAsync(string text) => owner.SayAsync(owner.Open(Log.Id), text);

    public Task<Position> SayAsReader(string text) =>
        Reader.Member.AppendAsync(Log, RecordClass.Chat, new byte[1], Rooms.Chat(text));

    public async Task<(FaultKind, Rule)> FaultAsync()
    {
        var fault = await Reader.FaultAsync();
        Assert.Equal(Log.Id, fault.Stream);
        return (fault.Kind, fault.Rule);
    }

    /// <summary>Why the reader could not come in.</summary>
    public async Task<Refusal> RefusalAsync()
    {
        var refusal = await Assert.ThrowsAsync<RoomException>(() => Reader.PassUntilAsync(() => Reader.Member.IsLive));
        return refusal.Code;
    }

    public async ValueTask DisposeAsync()
    {
        await Reader.DisposeAsync();
        await owner.DisposeAsync();
        keys.Dispose();
        room.Dispose();
    }
}
