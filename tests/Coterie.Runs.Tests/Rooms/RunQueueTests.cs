using Coterie.Protocol.Wire;
using Coterie.Server.Runs.Rooms;

namespace Coterie.Runs.Tests.Rooms;

/// <summary>X7: who is next, and who has to wait.</summary>
public sealed class RunQueueTests
{
    private static readonly RoomId One = new(1);
    private static readonly RoomId Other = new(2);

    [Fact]
    public void X7_a_room_that_asks_for_more_than_its_share_does_not_hold_up_another()
    {
        var queue = new RunQueue(4);
        var busy = Enumerable.Range(0, 10).Select(_ => Enter(queue, One)).ToList();
        Assert.Equal(3, busy.Count(place => place.Turn.IsCompleted));
        var late = Enter(queue, Other);
        Assert.True(late.Turn.IsCompleted);
        busy[0].Dispose();
        Assert.True(busy[3].Turn.IsCompleted);
        Assert.False(busy[4].Turn.IsCompleted);
    }

    [Fact]
    public void X7_an_address_that_opens_many_rooms_does_not_hold_up_others()
    {
        var queue = new RunQueue(4);
        var busy = Enumerable.Range(10, 10).Select(room => Enter(queue, new RoomId((ulong)room), "a")).ToList();
        Assert.Equal(3, busy.Count(place => place.Turn.IsCompleted));
        Assert.True(Enter(queue, Other, "b").Turn.IsCompleted);
    }

    [Fact]
    public void X7_a_single_slot_is_given_to_one_room_after_the_other()
    {
        var queue = new RunQueue(1);
        var (first, second) = (Enter(queue, One), Enter(queue, Other));
        Assert.Equal((true, false), (first.Turn.IsCompleted, second.Turn.IsCompleted));
        first.Dispose();
        Assert.True(second.Turn.IsCompleted);
        second.Dispose();
        Assert.True(Enter(queue, One).Turn.IsCompleted);
    }

    [Fact]
    public void X7_who_waits_is_told_each_number_once()
    {
        var queue = new RunQueue(1);
        var told = new List<int>();
        var places = new[] { Enter(queue, One), Enter(queue, One), Enter(queue, One) };
        queue.Enter(Other, null, told.Add);
        places[2].Dispose(); // one that waits goes away
        places[0].Dispose();
        places[0].Dispose(); // once more, which changes nothing
        Assert.Equal([2, 1, 0], told);
    }

    [Fact]
    public void X7_a_room_has_a_bound_of_waiting_runs_and_so_has_the_server()
    {
        var queue = new RunQueue(1);
        for (var i = 0; i < 1 + 64; i++)
            Assert.NotNull(queue.Enter(One, null, _ => { }));
        Assert.Null(queue.Enter(One, null, _ => { }));
        for (ulong room = 10; room < 10 + 192; room++)
            Assert.NotNull(queue.Enter(new RoomId(room), null, _ => { }));
        Assert.Null(queue.Enter(Other, null, _ => { }));
    }

    private static RunQueue.Place Enter(RunQueue queue, RoomId room, string? address = null) =>
        queue.Enter(room, address, _ => { })!;
}
