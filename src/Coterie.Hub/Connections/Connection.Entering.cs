using System.Buffers;
using System.Security.Cryptography;
using Coterie.Hub.Rooms;
using Coterie.Hub.Stores;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Connections;

/// <summary>Before joining: hello → (look | open | create)* (W2). Which room this connection is bound to is decided here.</summary>
internal sealed partial class Connection
{
    private async ValueTask EnterAsync(ClientFrame type, ReadOnlyMemory<byte> frame)
    {
        var body = frame[Frame.HeadBytes..];
        if (type == ClientFrame.Hello)
        {
            Greet(body.Span);
        }
        else if (!greeted)
        {
            OutOfOrder("Say hello first.");
        }
        else if (type != ClientFrame.Look && guest?.MayTry() == false)
        {
            TooManyAttempts();
        }
        else if (type == ClientFrame.Create)
        {
            await CreateAsync(frame);
        }
        else if (!TryRoom(type, body.Span, out var id))
        {
            Malformed();
        }
        else if (await BindAsync(id))
        {
            await PassOnAsync(frame);
        }
    }

    private async ValueTask PassOnAsync(ReadOnlyMemory<byte> frame)
    {
        var copy = ArrayPool<byte>.Shared.Rent(frame.Length);
        frame.CopyTo(copy);
        await ForwardAsync(copy, 0, frame.Length);
    }

    private void Greet(ReadOnlySpan<byte> body)
    {
        if (!Hello.TryParse(body, out var hello, out _))
        {
            Malformed();
        }
        else if (hello.Suite != 1)
        {
            TurnAway(
                Refusal.Suite,
                "This server speaks suite 1 only. Update the server, or use a program that speaks it."
            );
        }
        else if (greeted)
        {
            OutOfOrder("Say hello once.");
        }
        else
        {
            greeted = true;
            var answer = new ArrayBufferWriter<byte>(64);
            new Welcome
            {
                Suite = 1,
                Challenge = facts.Challenge,
                ServerTime = (ulong)hub.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
                AdminKeyNeeded = hub.AdminKey is not null,
            }.Write(answer);
            Outbox.Append(answer.WrittenSpan);
        }
    }

    private static bool TryRoom(ClientFrame type, ReadOnlySpan<byte> body, out RoomId id)
    {
        var ok = type switch
        {
            ClientFrame.Look => Look.TryParse(body, out _, out _),
            ClientFrame.Fetch => Fetch.TryParse(body, out _, out _),
            _ => Open.TryParse(body, out _, out _),
        };
        id = ok ? RoomId.Read(body) : default; // all begin with it
        return ok;
    }

    private async ValueTask CreateAsync(ReadOnlyMemory<byte> frame)
    {
        var refusal = CheckCreation(frame[Frame.HeadBytes..].Span, out var kind, out var write);
        if (refusal == Refusal.Malformed)
        {
            Malformed();
            return;
        }
        if (refusal == Refusal.None)
        {
            refusal = await TryCreateAsync(kind, write!);
        }
        if (refusal == Refusal.RoomExists && kind == RoomKind.Memory)
        {
            if (await BindAsync(write!.Room))
            {
                await PassOnAsync(frame); // it may lack doors that came with this (M7), and answers
            }
            return;
        }
        if (refusal != Refusal.None)
        {
            Error(refusal, WhyNotCreated(refusal));
            return;
        }
        if (await BindAsync(write!.Room))
        {
            var answer = new ArrayBufferWriter<byte>(32);
            new Created { Room = write.Room }.Write(answer);
            Outbox.Append(answer.WrittenSpan);
        }
    }

    private async ValueTask<Refusal> TryCreateAsync(RoomKind kind, RoomWrite write)
    {
        try
        {
            return await hub.CreateAsync(kind, write);
        }
        catch (StoreException)
        {
            return Refusal.StorageFailed; // it could not even be read
        }
    }

    private Refusal CheckCreation(ReadOnlySpan<byte> body, out RoomKind kind, out RoomWrite? write)
    {
        kind = default;
        write = null;
        if (!Create.TryParse(body, out var create, out _))
        {
            return Refusal.Malformed;
        }
        kind = create.Kind;
        if (kind == RoomKind.Permanent && hub.AdminKey?.Opens(create.AdminKey) == false)
        {
            return Refusal.AdminKey;
        }
        return Founding.TryFound(create, IncarnationId.Read(RandomNumberGenerator.GetBytes(16)), out write);
    }

    private static string WhyNotCreated(Refusal refusal) =>
        refusal switch
        {
            Refusal.AdminKey =>
                "This is not the operator's admin key. Copy it again from the file it lies in, ask the operator, or make an ephemeral room.",
            Refusal.RoomExists => Texts.RoomExists,
            Refusal.RoomFull => "The server holds as many rooms as it may. Ask its operator to raise the bound.",
            Refusal.Forbidden => "This server keeps no permanent rooms. Make an ephemeral room.",
            Refusal.ManifestInvalid => "The manifests or doors do not follow from the genesis. Make the room again.",
            _ => "The server could not store the room. Try again; if it persists tell its operator.",
        };

    /// <summary>Holds this room instead of the one before. False where there is no such room; the client was told.</summary>
    private async ValueTask<bool> BindAsync(RoomId id)
    {
        if (room?.Id == id)
        {
            return true;
        }
        Unbind();
        try
        {
            room = await hub.Directory.AcquireAsync(id);
        }
        catch (StoreException)
        {
            Error(
                Refusal.StorageFailed,
                "The server cannot read its storage. Try again; if it persists tell its operator."
            );
            return false;
        }
        if (room is null)
        {
            Error(
                Refusal.NoSuchRoom,
                "There is no such room here. An ephemeral room goes 5 minutes after the last one left, a permanent one when its owner destroys it."
            );
            return false;
        }
        if (!room.Post(new RoomInput(RoomInputKind.Connected) { Connection = Id, Facts = facts }, this))
        {
            hub.Directory.Release(room);
            room = null;
            return await BindAsync(id); // it has just closed: what comes after it is another one, or none
        }
        return true;
    }

    private void Unbind()
    {
        if (room is { } left)
        {
            room = null;
            hub.Directory.Release(left); // first: what follows may be what the room waits for to go
            left.Post(new RoomInput(RoomInputKind.Disconnected) { Connection = Id });
        }
    }
}
