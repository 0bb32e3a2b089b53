using Coterie.Hub.Rooms;
using Coterie.Hub.Stores;
using Coterie.Hub.Tests.World;
using Coterie.Protocol;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests.Rooms;

public sealed class EndedRoomTests
{
    [Fact]
    public void H3_who_comes_to_a_room_that_is_ending_is_told_to_come_again_and_not_that_it_is_gone()
    {
        var room = new TestRoom(withDoor: false);
        var stored = new StoredRoom(
            new IncarnationId(5),
            room.Genesis.Encoded.ToArray(),
            [room.Newest.Encoded.ToArray()],
            [],
            [],
            [],
            [],
            []
        );
        var effects = new RoomEffects();
        using var subject = Room.Load(stored, [], RoomKind.Permanent, new HubOptions(), effects, 1);
        subject.Step(new RoomInput(RoomInputKind.PageFailed), 2);
        Assert.True(subject.Ended);
        effects.Clear();
        subject.Step(
            new RoomInput(RoomInputKind.Connected) { Connection = 1, Facts = new ConnectionFacts(default, []) },
            3
        );
        var message = effects.Frames;
        Assert.True(Frame.TryNext(ref message, Limits.MaxFrameBytes, out _, out var body, out _));
        Assert.True(ErrorFrame.TryParse(body, out var error, out _));
        Assert.Equal((Refusal.ShuttingDown, true), (error.Code, error.Fatal));
    }
}
