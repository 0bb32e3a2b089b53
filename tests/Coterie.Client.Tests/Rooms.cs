using System.Security.Cryptography;
using System.Text;
using Coterie.Client.Founding;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Client.Tests;

/// <summary>What every test here does first: found a room, come in, say something.</summary>
internal static class Rooms
{
    public static FoundedRoom Found(RoomKind kind = RoomKind.Memory, string adminKey = "", string? password = null) =>
        FoundedRoom.Found(
            new FoundingTerms
            {
                Title = "Two people",
                Kind = kind,
                AdminKey = adminKey,
                Password = password,
            },
            RandomNumberGenerator.Create()
        );

    public static Task<RoomConnection> JoinAsync(Uri server, Entry entry, MemberKeys keys) =>
        RoomConnection.JoinAsync(server, entry, keys, World.Real, TestContext.Current.CancellationToken);

    public static LinkEntry LinkTo(FoundedRoom room, Role role, Uri server) =>
        new(room.Invite(role, server.GetLeftPart(UriPartial.Authority)));

    public static Task<Position> SayAsync(this RoomConnection member, StreamLog chat, string text) =>
        member.AppendAsync(chat, RecordClass.Chat, new byte[1], Chat(text), TestContext.Current.CancellationToken);

    public static byte[] Chat(string text)
    {
        var operation = Bits128.Read(RandomNumberGenerator.GetBytes(Bits128.Bytes));
        return new Chat { OpId = operation, Text = Encoding.UTF8.GetBytes(text) }.Encode();
    }

    /// <summary>The next position that says something in the chat.</summary>
    public static async Task<string> HearAsync(this StreamLog chat)
    {
        var position = await chat.Positions.ReadAsync(TestContext.Current.CancellationToken);
        while (position.Class == RecordClass.Fence) // says nothing
            position = await chat.Positions.ReadAsync(TestContext.Current.CancellationToken);
        Assert.True(position.Applies);
        return Text(position);
    }

    public static string Text(Position position)
    {
        Assert.True(
            Protocol.Rooms.Payloads.Chat.TryParse(position.Payload, out var chat, out var error),
            error.ToString()
        );
        return Encoding.UTF8.GetString(chat.Text);
    }
}
