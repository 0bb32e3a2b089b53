using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;

namespace Coterie.Runs.Tests.Rooms;

/// <summary>A connection to the socket of runs, as a page has it.</summary>
internal sealed class RunLine : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private byte[] challenge = [];
    private byte[] output = [];
    private byte[] hand = [];
    private readonly MemoryStream said = new(); // all that this line heard
    private uint commands;
    private uint next;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Heard => Encoding.UTF8.GetString(said.GetBuffer(), 0, (int)said.Length);

    public byte[] ServerKey { get; private set; } = [];
    public RunId Run { get; private set; }

    public static async Task<RunLine> ConnectAsync(Uri server)
    {
        var line = new RunLine();
        line.socket.Options.SetRequestHeader("Origin", server.GetLeftPart(UriPartial.Authority));
        await line.socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/run" }.Uri, Cancelled);
        var welcome = (await line.ReadAsync())!;
        Assert.Equal(1 + 1 + RunKeys.ChallengeBytes + Point.Bytes, welcome.Length);
        Assert.Equal(((byte)RunAnswer.Welcome, 1), (welcome[0], welcome[1]));
        line.challenge = welcome[2..34];
        line.ServerKey = welcome[34..];
        return line;
    }

    public Task StartAsync(RoomId room, byte[] sealedOrder, RunOrder order)
    {
        Know(RunKeys.IdOf(room, sealedOrder), order.RunKey, order.HandKey);
        var id = new byte[16];
        room.CopyTo(id);
        return SendAsync([(byte)RunFrame.Start, .. id, .. sealedOrder]);
    }

    public Task WatchAsync(RunId run, byte[] runKey, uint from = 0, byte[]? access = null)
    {
        Know(run, runKey, []);
        next = from;
        var frame = new byte[1 + 16 + 32 + 4];
        frame[0] = (byte)RunFrame.Watch;
        run.CopyTo(frame.AsSpan(1));
        (access ?? RunKeys.Access(runKey, run)).CopyTo(frame.AsSpan(17));
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(49), from);
        return SendAsync(frame);
    }

    public Task CommandAsync(RunCommand command, byte[]? handKey = null)
    {
        var key = handKey is null ? hand : RunKeys.Hand(handKey, challenge);
        return SendAsync([(byte)RunFrame.Command, .. RunKeys.SealCommand(key, Run, commands++, command)]);
    }

    public Task TypeAsync(string text) => CommandAsync(new RunCommand.Type(Encoding.UTF8.GetBytes(text)));

    public Task SendAsync(byte[] message) => socket.SendAsync(message, WebSocketMessageType.Binary, true, Cancelled);

    /// <summary>The next event; null where the server has closed behind the last.</summary>
    public async Task<RunEvent?> NextAsync()
    {
        if (await ReadAsync() is not { } message)
            return null;
        Assert.Equal((byte)RunAnswer.Event, message[0]);
        Assert.Equal(next, BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(1)));
        var opened = RunKeys.OpenEvent(output, next++, message.AsSpan(5));
        Assert.NotNull(opened);
        Assert.True(RunEvent.TryParse(opened, out var happened, out var error), error.ToString());
        if (happened is RunEvent.Said { Bytes: var bytes })
            said.Write(bytes.Span);
        return happened;
    }

    /// <summary>Reads until these words have been said.</summary>
    public async Task UntilAsync(string words)
    {
        while (!Heard.Contains(words, StringComparison.Ordinal))
            if (await NextAsync() is null or RunEvent.Ended)
                throw new InvalidOperationException($"It ended, and said: {Heard}");
    }

    /// <summary>All that was said from the beginning on, and the end.</summary>
    public async Task<(string Said, RunEnded Ended)> EndAsync()
    {
        while (true)
            switch (await NextAsync())
            {
                case RunEvent.Ended { What: var ended }:
                    Assert.Null(await NextAsync());
                    Assert.Equal(Hash.Of("run-output"u8, said.ToArray()), ended.SaidHash);
                    return (Heard, ended);
                case null:
                    throw new InvalidOperationException("It was closed without an end.");
            }
    }

    /// <summary>What the server refuses with, behind which it closes.</summary>
    public async Task<Refusal> RefusalAsync()
    {
        while (true)
        {
            var message = await ReadAsync();
            Assert.NotNull(message);
            if (message[0] != (byte)RunAnswer.Refused)
                continue;
            Assert.NotEmpty(Encoding.UTF8.GetString(message.AsSpan(5)));
            Assert.Null(await ReadAsync());
            return (Refusal)BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(1));
        }
    }

    /// <summary>One message; null where the server has closed.</summary>
    public async Task<byte[]?> ReadAsync()
    {
        using var whole = new MemoryStream();
        var part = new byte[64 * 1024];
        while (true)
        {
            var got = await socket.ReceiveAsync(part.AsMemory(), Cancelled);
            if (got.MessageType == WebSocketMessageType.Close)
                return null;
            whole.Write(part.AsSpan(0, got.Count));
            if (got.EndOfMessage)
                return whole.ToArray();
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Know(RunId run, byte[] runKey, byte[] handKey)
    {
        Run = run;
        output = RunKeys.Output(runKey, run);
        hand = handKey.Length == 0 ? [] : RunKeys.Hand(handKey, challenge);
    }
}
