using System.Buffers;
using System.Text;
using Coterie.Hub.Stores;
using Coterie.Hub.Tests.World;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Microsoft.Data.Sqlite;

namespace Coterie.Hub.Tests;

/// <summary>Section 10, the manifests (M5, M7) and the sessions (S1–S4) at a running hub.</summary>
public sealed class HubRuleTests : IAsyncLifetime
{
    private readonly TestRoom room = new();
    private TestHost host = null!;

    public async ValueTask InitializeAsync() => host = await TestHost.StartAsync();

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task H1_what_was_acked_is_in_the_store_and_a_room_that_was_loaded_again_goes_on()
    {
        var chat = room.Streams.Chat;
        await using (var ada = await TestClient.FoundAsync(host, room))
        {
            await ada.NewFileAsync();
            for (var seq = 1UL; seq <= 5; seq++)
            {
                await ada.WriteAsync(RecordClass.Chat, chat, clear: [0]);
                var page = await host.Store.ReadAsync(new PageQuery(room.Id, chat, seq, seq, 1));
                Assert.Equal(ada.HeadOf(chat).Head, page.HeadBefore);
            }
        }
        await host.Hub.DisposeAsync();
        await using var again = await TestHost.StartAsync(directory: host.Path);
        await using var bob = await TestClient.EnterAsync(again, room, Role.Editor);
        await bob.SubscribeAsync(chat);
        await bob.UntilAsync(HubFrame.Stream);
        for (var seq = 1UL; seq <= 5; seq++)
        {
            Assert.Equal(seq, (await bob.UntilAsync(HubFrame.Deliver)).Seq);
        }
        await bob.WriteAsync(RecordClass.Chat, chat, clear: [0]);
        await bob.SubscribeAsync(room.Streams.Tree);
        var node = StreamId.Read((await bob.UntilAsync(HubFrame.Deliver)).Body.AsSpan(16 + 90));
        await bob.WriteAsync(RecordClass.Edit, node); // the tree is known again
    }

    [Fact]
    public async Task A_read_that_fails_shows_in_the_health_until_one_succeeds()
    {
        using var other = new SqliteConnection($"Data Source={Path.Combine(host.Path, "rooms.db")};Pooling=False");
        other.Open();
        await using var ada = await TestClient.GreetAsync(host, room);
        SqliteStatement.RunOnce(other, "ALTER TABLE room RENAME TO gone");
        await ada.SendAsync(output => new Look { Room = room.Id }.Write(output));
        Assert.Equal(Refusal.StorageFailed, (await ada.NextAsync(HubFrame.Error)).Error().Code);
        Assert.Contains("no such table", host.Hub.Health.Trouble, StringComparison.Ordinal);

        SqliteStatement.RunOnce(other, "ALTER TABLE gone RENAME TO room");
        await ada.SendAsync(output => new Look { Room = room.Id }.Write(output));
        Assert.Equal(Refusal.NoSuchRoom, (await ada.NextAsync(HubFrame.Error)).Error().Code);
        Assert.Null(host.Hub.Health.Trouble);
    }

    [Fact]
    public async Task H5_an_owner_s_signature_over_this_connection_s_challenge_erases_the_room()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        await ada.WriteAsync(RecordClass.Chat, room.Streams.Chat, "find me in the file"u8.ToArray(), [0]);
        var envelope = (await host.Store.ReadAsync(new PageQuery(room.Id, room.Streams.Chat, 0, 1, 1))).Envelopes[0];
        Assert.True(Holds(envelope.AsSpan(130, 60).ToArray()));

        await DestroyAsync(bob, bob.Key, bob.Challenge);
        Assert.Equal(Refusal.Forbidden, (await bob.UntilAsync(HubFrame.Error)).Error().Code);
        await DestroyAsync(ada, room.Owner, bob.Challenge);
        Assert.Equal(Refusal.Forbidden, (await ada.UntilAsync(HubFrame.Error)).Error().Code);
        await DestroyAsync(ada, room.Owner, ada.Challenge);
        await ada.UntilAsync(HubFrame.Destroyed);
        await bob.UntilAsync(HubFrame.Destroyed);
        Assert.Null(await bob.NextAsync());

        Assert.False(Holds(envelope.AsSpan(130, 60).ToArray()));
        Assert.False(Holds(room.Genesis.Encoded.ToArray()));
        await using var cleo = await TestClient.GreetAsync(host, room);
        await cleo.SendAsync(output => new Look { Room = room.Id }.Write(output));
        Assert.Equal(Refusal.NoSuchRoom, (await cleo.NextAsync(HubFrame.Error)).Error().Code);
    }

    [Fact]
    public async Task H5_who_comes_while_a_room_is_erased_waits_and_learns_that_it_is_gone()
    {
        await using var ada = await TestClient.FoundAsync(host, room, RoomKind.Memory);
        var others = new List<TestClient>();
        for (var count = 0; count < 20; count++)
        {
            others.Add(await TestClient.GreetAsync(host, room));
        }
        await DestroyAsync(ada, room.Owner, ada.Challenge);
        // They arrive before, while and after it is erased: never is anybody told to come again to a room that is gone.
        foreach (var other in others)
        {
            await other.SendAsync(output => new Look { Room = room.Id }.Write(output));
        }
        foreach (var other in others)
        {
            var answer = await other.NextAsync();
            while (answer is { Type: HubFrame.Room })
            {
                answer = await other.NextAsync();
            }
            Assert.True(
                answer is { Type: HubFrame.Destroyed }
                    || (answer is { Type: HubFrame.Error } && answer.Error().Code == Refusal.NoSuchRoom),
                $"{answer?.Type}"
            );
            await other.DisposeAsync();
        }
    }

    private Task DestroyAsync(TestClient client, SigningKey key, Digest challenge)
    {
        byte[] signed = [.. new byte[16], .. challenge.ToArray()];
        room.Id.CopyTo(signed);
        var signature = key.Sign("destroy"u8, signed);
        return client.SendAsync(output => new Destroy { Owner = 0, Signature = signature }.Write(output));
    }

    private bool Holds(byte[] bytes) =>
        Directory
            .EnumerateFiles(host.Path, "rooms.db*")
            .Any(file =>
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                var all = new byte[stream.Length];
                stream.ReadExactly(all);
                return all.AsSpan().IndexOf(bytes) >= 0;
            });

    [Theory]
    [InlineData("right", Refusal.None)]
    [InlineData("wrong", Refusal.AdminKey)]
    [InlineData("", Refusal.AdminKey)]
    public async Task H8_a_permanent_room_needs_the_admin_key(string key, Refusal expected)
    {
        await using var ada = await TestClient.GreetAsync(host, room, room.Owner);
        await ada.CreateAsync(RoomKind.Permanent, key == "right" ? TestHost.Key : Encoding.UTF8.GetBytes(key));
        if (expected == Refusal.None)
        {
            await ada.NextAsync(HubFrame.Created);
            return;
        }
        Assert.Equal(expected, (await ada.NextAsync(HubFrame.Error)).Error().Code);
        await ada.CreateAsync(RoomKind.Memory);
        await ada.NextAsync(HubFrame.Created); // a memory room needs none
    }

    [Fact]
    public async Task A_room_is_created_once_and_from_valid_papers_only()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var eve = await TestClient.GreetAsync(host, room);
        await eve.CreateAsync(RoomKind.Permanent);
        Assert.Equal(Refusal.RoomExists, (await eve.NextAsync(HubFrame.Error)).Error().Code);
        await eve.CreateAsync(RoomKind.Memory);
        Assert.Equal(Refusal.RoomExists, (await eve.NextAsync(HubFrame.Error)).Error().Code);
        var bent = new TestRoom();
        bent.Take(bent.Next(signer: bent.Editors));
        await using var mallory = await TestClient.GreetAsync(host, bent);
        await mallory.CreateAsync(RoomKind.Memory);
        Assert.Equal(Refusal.ManifestInvalid, (await mallory.NextAsync(HubFrame.Error)).Error().Code);
        var doorless = new TestRoom();
        doorless.Doors.Clear();
        await using var dan = await TestClient.GreetAsync(host, doorless);
        await dan.CreateAsync(RoomKind.Permanent);
        Assert.Equal(Refusal.ManifestInvalid, (await dan.NextAsync(HubFrame.Error)).Error().Code);
    }

    [Fact]
    public async Task M5_the_first_next_manifest_is_taken_and_the_other_refused()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        var doors = room.Doors.Select(door => door.Encoded.ToArray()).ToList();
        var first = room.Next(draft => draft with { Policy = Policy.Calls });
        var second = room.Next(draft => draft with { Policy = Policy.ReadOnly });
        await ada.SendAsync(output => ManifestChange.Write(output, first.Encoded, doors));
        await ada.UntilAsync(HubFrame.Manifest);
        await bob.UntilAsync(HubFrame.Manifest);
        await ada.SendAsync(output => ManifestChange.Write(output, second.Encoded, doors));
        Assert.Equal(Refusal.ManifestConflict, (await ada.NextAsync(HubFrame.Error)).Error().Code);
        room.Take(first);
        var third = room.Next(signer: bob.Key);
        await bob.SendAsync(output => ManifestChange.Write(output, third.Encoded, doors));
        Assert.Equal(Refusal.ManifestInvalid, (await bob.NextAsync(HubFrame.Error)).Error().Code);
        Assert.Equal(2, (await host.Store.LoadAsync(room.Id))!.Manifests.Count);
    }

    [Fact]
    public async Task M7_doors_come_with_their_manifest()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        var held = room.Next();
        await ada.SendAsync(output => ManifestChange.Write(output, held.Encoded, [])); // the hub has its door already
        await ada.UntilAsync(HubFrame.Manifest);
        room.Take(held);
        var other = new TestRoom().Doors[0];
        var stray = room.Next();
        await ada.SendAsync(output => ManifestChange.Write(output, stray.Encoded, [other.Encoded.ToArray()]));
        Assert.Equal(Refusal.ManifestInvalid, (await ada.NextAsync(HubFrame.Error)).Error().Code);
        var entry = new DoorEntry(new DoorSign(other.Id, other.Role, other.Needs), other.Hash());
        var lacking = room.Next(draft => draft with { Doors = [entry] });
        await ada.SendAsync(output => ManifestChange.Write(output, lacking.Encoded, []));
        Assert.Equal(Refusal.ManifestInvalid, (await ada.NextAsync(HubFrame.Error)).Error().Code);
        var without = room.Next(draft => draft with { Doors = [] });
        await ada.SendAsync(output => ManifestChange.Write(output, without.Encoded, []));
        await ada.NextAsync(HubFrame.Manifest);
        await using var bob = await TestClient.GreetAsync(host, room);
        await bob.SendAsync(output =>
            new Open
            {
                Room = room.Id,
                Door = 1,
                Access = room.Access[0],
            }.Write(output)
        );
        Assert.Equal(Refusal.BadAccess, (await bob.NextAsync(HubFrame.Error)).Error().Code); // the old door is gone
    }

    [Fact]
    public async Task S1_a_session_must_carry_this_challenge_and_an_origin_of_this_hub()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var bob = await TestClient.GreetAsync(host, room);
        await bob.LookAsync();
        bob.Cert = room.Certify(bob.Key, Role.Editor);
        var other = room.Certify(SigningKey.Create(), Role.Editor);
        foreach (
            var (session, code) in new[]
            {
                (bob.Sign(bob.Cert, challenge: ada.Challenge), Refusal.Session),
                (bob.Sign(bob.Cert, origin: "https://evil.example"), Refusal.Origin),
                (bob.Sign(other), Refusal.Session),
            }
        )
        {
            await bob.SendJoinAsync(session);
            Assert.Equal(code, (await bob.NextAsync(HubFrame.Error)).Error().Code);
        }
        var good = bob.Sign(bob.Cert);
        await bob.SendJoinAsync(good);
        await bob.UntilAsync(HubFrame.Joined);
        await bob.SettleAsync();
        await bob.SendJoinAsync(good);
        Assert.Equal(Refusal.Session, (await bob.NextAsync(HubFrame.Error)).Error().Code); // its id is not new
    }

    [Fact]
    public async Task S2_replaces_ends_the_old_session_and_the_tail_tells_what_of_it_landed()
    {
        var chat = room.Streams.Chat;
        await using var ada = await TestClient.FoundAsync(host, room);
        var key = SigningKey.Create();
        await using var old = await TestClient.EnterAsync(host, room, Role.Editor, key);
        for (var count = 0; count < 10; count++)
        {
            await old.AppendAsync(
                old.Record(RecordClass.Chat, chat, clear: [0], bend: header => header with { SeenSeq = 0 })
            );
        }
        await using var fresh = await TestClient.GreetAsync(host, room, key);
        await fresh.LookAsync();
        await fresh.JoinAsync(Role.Editor, old.Session!.Id);
        await fresh.SubscribeAsync(chat);
        var answer = await fresh.UntilAsync(HubFrame.Stream);
        Assert.True(StreamFrame.TryParse(answer.Body, out var stream, out _));
        var landed = stream.HeadSeq;
        var seen = 0UL;
        while (seen < landed)
        {
            seen = (await fresh.UntilAsync(HubFrame.Deliver)).Seq;
        }
        Assert.Empty((await fresh.SettleAsync()).Where(frame => frame.Type == HubFrame.Deliver)); // final
        while (await old.NextAsync() is { } frame)
        {
            if (frame.Type == HubFrame.Error)
            {
                Assert.Equal(Refusal.Replaced, frame.Error().Code);
            }
        }
        await using var eve = await TestClient.GreetAsync(host, room);
        await eve.LookAsync();
        eve.Cert = room.Certify(eve.Key, Role.Editor);
        await eve.SendJoinAsync(eve.Sign(eve.Cert, replaces: fresh.Session!.Id));
        Assert.Equal(Refusal.Session, (await eve.NextAsync(HubFrame.Error)).Error().Code); // not hers
    }

    [Fact]
    public async Task C3_C4_who_is_not_admitted_does_not_get_in()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        var locked = room.Next(draft => draft with { Admissions = Admissions.Locked });
        room.Take(locked);
        await ada.SendAsync(output =>
            ManifestChange.Write(output, locked.Encoded, [.. room.Doors.Select(door => door.Encoded.ToArray())])
        );
        await ada.UntilAsync(HubFrame.Manifest);
        await using var bob = await TestClient.GreetAsync(host, room);
        await bob.LookAsync();
        bob.Cert = room.Certify(bob.Key, Role.Editor);
        await bob.SendJoinAsync(bob.Sign(bob.Cert));
        Assert.Equal(Refusal.Locked, (await bob.NextAsync(HubFrame.Error)).Error().Code);
        bob.Cert = room.Certify(bob.Key, Role.Editor, room.Viewers);
        await bob.SendJoinAsync(bob.Sign(bob.Cert));
        Assert.Equal(Refusal.Cert, (await bob.NextAsync(HubFrame.Error)).Error().Code); // C1
    }

    [Fact]
    public async Task H9_no_address_stands_in_any_file_or_error()
    {
        const string address = "203.0.113.77";
        await using var limited = await TestHost.StartAsync(
            new HubOptions
            {
                ConnectionsPerAddress = 1,
                BurstAttemptsPerAddress = 3,
                AttemptsPerMinutePerAddress = 1,
            },
            address: address
        );
        await using var ada = await TestClient.FoundAsync(limited, room); // one attempt
        await ada.WriteAsync(RecordClass.Chat, room.Streams.Chat, clear: [0]);
        await using var second = await TestClient.ConnectAsync(limited, room);
        var (code, fatal, text) = (await second.NextAsync(HubFrame.Error)).Error();
        Assert.Equal((Refusal.RateLimited, true), (code, fatal));
        Assert.DoesNotContain(address, text, StringComparison.Ordinal);
        Assert.Null(await second.NextAsync());
        foreach (var file in Directory.EnumerateFiles(limited.Path, "rooms.db*"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var all = new byte[stream.Length];
            stream.ReadExactly(all);
            Assert.Equal(-1, all.AsSpan().IndexOf(Encoding.ASCII.GetBytes(address)));
        }
    }

    [Fact]
    public async Task K6_attempts_are_counted_per_address_at_the_bound_and_one_over()
    {
        await using var limited = await TestHost.StartAsync(
            new HubOptions { BurstAttemptsPerAddress = 3, AttemptsPerMinutePerAddress = 1 },
            address: "203.0.113.77"
        );
        await using var bob = await TestClient.FoundAsync(limited, room); // the first of three
        await bob.DisposeAsync();
        await using var eve = await TestClient.GreetAsync(limited, room);
        var codes = new List<Refusal>();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await eve.SendAsync(output =>
                new Open
                {
                    Room = room.Id,
                    Door = 1,
                    Access = new byte[32],
                }.Write(output)
            );
            codes.Add((await eve.UntilAsync(HubFrame.Error)).Error().Code);
        }
        Assert.Equal([Refusal.BadAccess, Refusal.BadAccess, Refusal.RateLimited], codes);
    }

    [Fact]
    public async Task S1_joins_are_counted_per_address_apart_from_attempts()
    {
        await using var limited = await TestHost.StartAsync(
            new HubOptions
            {
                BurstAttemptsPerAddress = 1,
                AttemptsPerMinutePerAddress = 1,
                JoinsPerMinutePerAddress = 3,
            },
            address: "203.0.113.77"
        );
        await using var ada = await TestClient.FoundAsync(limited, room); // the only attempt, and the first join
        await using var bob = await TestClient.EnterAsync(limited, room, Role.Editor);
        await bob.JoinAsync(Role.Editor); // anew on the same connection
        var cert = room.Certify(bob.Key, Role.Editor);
        await bob.SendJoinAsync(bob.Sign(cert));
        Assert.Equal(Refusal.RateLimited, (await bob.UntilAsync(HubFrame.Error)).Error().Code);
        await ada.SettleAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task K6_attempts_are_counted_wherever_they_stand(bool afterJoinFrame)
    {
        await using var limited = await TestHost.StartAsync(
            new HubOptions { BurstAttemptsPerAddress = 3, AttemptsPerMinutePerAddress = 1 },
            address: "203.0.113.77"
        );
        await using var ada = await TestClient.FoundAsync(limited, room); // the first of three
        await using var eve = await TestClient.GreetAsync(limited, room);
        await eve.LookAsync();
        var message = new ArrayBufferWriter<byte>();
        if (afterJoinFrame)
        {
            eve.Cert = room.Certify(eve.Key, Role.Editor);
            await eve.SendJoinAsync(eve.Sign(eve.Cert, origin: "https://other.example"));
            Assert.Equal(Refusal.Origin, (await eve.UntilAsync(HubFrame.Error)).Error().Code);
        }
        new Ping { Nonce = 1 }.Write(message); // goes to the room, and all behind it
        for (var attempt = 0; attempt < 10; attempt++)
        {
            new Open
            {
                Room = room.Id,
                Door = 1,
                Access = new byte[32],
            }.Write(message);
        }
        await eve.SendRawAsync(message.WrittenSpan.ToArray());
        await eve.SendAsync(output => new Ping { Nonce = 2 }.Write(output));
        var codes = new List<Refusal>();
        for (var pongs = 0; pongs < 2; ) // the last comes after all else
        {
            var frame = (await eve.NextAsync())!;
            pongs += frame.Type == HubFrame.Pong ? 1 : 0;
            if (frame.Type == HubFrame.Error)
            {
                codes.Add(frame.Error().Code);
            }
        }
        Assert.Equal(2, codes.Count(code => code == Refusal.BadAccess));
        Assert.Equal(1, codes.Count(code => code == Refusal.RateLimited));
    }

    [Fact]
    public async Task Stopping_tells_everyone_and_takes_nobody_new()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var visitor = await TestClient.GreetAsync(host, room);
        await ada.AppendAsync(ada.Record(RecordClass.Chat, room.Streams.Chat, clear: [0]));
        await host.Hub.StopAsync();
        Assert.Equal(Refusal.ShuttingDown, (await ada.UntilAsync(HubFrame.Error)).Error().Code);
        Assert.Equal(Refusal.ShuttingDown, (await visitor.UntilAsync(HubFrame.Error)).Error().Code);
        await using var late = await TestClient.ConnectAsync(host, room);
        Assert.Equal(Refusal.ShuttingDown, (await late.UntilAsync(HubFrame.Error)).Error().Code);
        Assert.Contains("stopping", host.Hub.Health.Trouble, StringComparison.Ordinal);
    }
}
