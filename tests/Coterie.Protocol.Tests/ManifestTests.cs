using System.Security.Cryptography;
using System.Text;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests;

/// <summary>M2–M5, M8 and R6: a chain that holds, and for each clause a manifest that differs in one thing and is signed all the same.</summary>
public sealed class ManifestTests : IDisposable
{
    private readonly World world = new();
    private readonly World other = new(2);
    private readonly SigningKey stranger;

    public ManifestTests() => stranger = world.NewKey();

    [Theory]
    [InlineData("another room")]
    [InlineData("another genesis hash")]
    [InlineData("epoch 1")]
    [InlineData("a previous epoch key")]
    [InlineData("a second owner")]
    [InlineData("another owner")]
    [InlineData("another agreement key")]
    [InlineData("signer 1")]
    [InlineData("a stranger's signature")]
    public void M2_version_0_differs_from_its_genesis_in_nothing(string bent)
    {
        var owner = world.First.Owners[0];
        var key = stranger.Public.ToArray();
        var first = bent switch
        {
            "another room" => world.Manifest(world.First with { Room = other.Genesis.Room }),
            "another genesis hash" => world.Manifest(world.First with { PrevHash = other.Genesis.Hash0 }),
            "epoch 1" => world.Manifest(world.First with { Epoch = 1 }),
            "a previous epoch key" => world.Manifest(world.First with { PrevEpochKey = new byte[60] }),
            "a second owner" => world.Manifest(world.First with { Owners = [owner, new OwnerKeys(key, owner.Dh)] }),
            "another owner" => world.Manifest(world.First with { Owners = [owner with { Sign = key }] }),
            "another agreement key" => world.Manifest(world.First with { Owners = [owner with { Dh = key }] }),
            "signer 1" => world.Manifest(world.First, number: 1),
            _ => world.Manifest(world.First, stranger),
        };
        foreach (var atHub in new[] { true, false })
        {
            var chain = new ManifestChain(world.Genesis);
            Assert.Equal(Verdict.Refused(Rule.M2, Refusal.ManifestInvalid), chain.Add(first, atHub));
            Assert.Equal(0, chain.Count);
            Assert.Equal(Verdict.Ok, chain.Add(world.Manifest0, atHub));
        }
    }

    [Theory]
    [InlineData(Policy.ReadOnly, 1u)]
    [InlineData(Policy.ViewersChat, 2u)]
    [InlineData(Policy.ViewersCall, 4u)]
    [InlineData(Policy.Ai, 8u)]
    [InlineData(Policy.Runs, 16u)]
    [InlineData(Policy.Screen, 32u)]
    [InlineData(Policy.Calls, 64u)]
    public void M8_each_switch_is_one_bit_of_the_manifest(Policy policy, uint bit)
    {
        var off = world.Manifest(world.First with { Policy = default });
        var on = world.Manifest(world.First with { Policy = policy });
        Assert.Equal((policy, default), (on.Policy, off.Policy));
        var (with, without) = (on.Encoded[..^64].ToArray(), off.Encoded[..^64].ToArray()); // but for the signature
        var place = Enumerable.Range(0, with.Length).Single(at => with[at] != without[at]);
        Assert.Equal(bit, with[place]);
    }

    [Theory]
    [InlineData("another hash before")]
    [InlineData("another room")]
    [InlineData("a signer that is no owner")]
    [InlineData("a stranger's signature")]
    public void M3_a_version_names_and_is_signed_by_the_one_before(string bent)
    {
        var next = bent switch
        {
            "another hash before" => world.After(world.Manifest0, d => d with { PrevHash = world.Genesis.Hash0 }),
            "another room" => world.After(world.Manifest0, d => d with { Room = other.Genesis.Room }),
            "a signer that is no owner" => world.After(world.Manifest0, number: 1),
            _ => world.After(world.Manifest0, signer: stranger),
        };
        RefusedAlone(Rule.M3, next, world.After(world.Manifest0));
    }

    [Fact]
    public void M3_an_owner_that_a_version_adds_signs_the_next_one_and_not_this()
    {
        var owners = world.First.Owners.Append(new OwnerKeys(stranger.Public.ToArray(), stranger.Public.ToArray()));
        ManifestDraft Add(ManifestDraft draft) => draft with { Owners = [.. owners] };
        RefusedAlone(Rule.M3, world.After(world.Manifest0, Add, stranger, 1), world.After(world.Manifest0, Add));
        var chain = Begun();
        Assert.Equal(Verdict.Ok, chain.Add(world.After(world.Manifest0, Add), atHub: true));
        Assert.Equal(Verdict.Ok, chain.Add(world.After(chain.Newest, signer: stranger, number: 1), atHub: true));
    }

    [Theory]
    [InlineData("another epoch key in the same epoch")]
    [InlineData("another admission key of editors")]
    [InlineData("another admission key of viewers")]
    [InlineData("a previous epoch key in the same epoch")]
    public void M4_within_an_epoch_no_key_changes(string bent)
    {
        var key = stranger.Public.ToArray();
        ManifestDraft Bend(ManifestDraft draft) =>
            bent switch
            {
                "another epoch key in the same epoch" => draft with { EpochKeyHash = world.Genesis.Hash0 },
                "another admission key of editors" => draft with { AdmissionEditor = key },
                "another admission key of viewers" => draft with { AdmissionViewer = key },
                _ => draft with { PrevEpochKey = new byte[60] },
            };
        ManifestDraft InNextEpoch(ManifestDraft draft) => Bend(draft) with { Epoch = 1, PrevEpochKey = new byte[60] };
        RefusedAlone(Rule.M4, world.After(world.Manifest0, Bend), world.After(world.Manifest0, InNextEpoch));
    }

    [Theory]
    [InlineData(2, 60)] // grows by two
    [InlineData(1, 0)] // carries no previous key
    public void M4_a_new_epoch_is_the_next_and_carries_the_key_before(uint epoch, int carried)
    {
        ManifestDraft Bend(ManifestDraft draft) => draft with { Epoch = epoch, PrevEpochKey = new byte[carried] };
        ManifestDraft Next(ManifestDraft draft) => draft with { Epoch = 1, PrevEpochKey = new byte[60] };
        RefusedAlone(Rule.M4, world.After(world.Manifest0, Bend), world.After(world.Manifest0, Next));
    }

    [Fact]
    public void M4_an_epoch_never_falls()
    {
        var chain = Begun();
        Assert.True(
            chain.Add(world.After(chain.Newest, d => d with { Epoch = 1, PrevEpochKey = new byte[60] }), true).IsOk
        );
        var back = world.After(chain.Newest, d => d with { Epoch = 0, PrevEpochKey = [] });
        Assert.Equal(Verdict.Refused(Rule.M4, Refusal.ManifestInvalid), chain.Add(back, atHub: true));
        Assert.Equal(Verdict.Ok, chain.Add(world.After(chain.Newest), atHub: true));
    }

    [Fact]
    public void M5_the_hub_keeps_the_first_of_a_version_and_takes_no_later_one_early()
    {
        var chain = Begun();
        var conflict = Verdict.Refused(Rule.M5, Refusal.ManifestConflict);
        var first = world.After(chain.Newest);
        var second = world.After(chain.Newest, d => d with { Policy = Policy.ReadOnly });
        Assert.Equal(conflict, chain.Add(world.After(first), atHub: true));
        Assert.Equal(Verdict.Ok, chain.Add(first, atHub: true));
        Assert.Equal(conflict, chain.Add(second, atHub: true));
        Assert.Equal(first.Hash, chain.Newest.Hash);
        Assert.Equal(Verdict.Ok, chain.Add(first, atHub: true)); // the same again changes nothing
        Assert.Equal(2, chain.Count);
        var rebased = world.After(first, d => d with { Policy = Policy.ReadOnly });
        Assert.Equal(Verdict.Ok, chain.Add(rebased, atHub: true));
    }

    [Fact]
    public void M6_a_second_signed_manifest_of_a_version_is_a_fork_to_a_client_and_an_unsigned_one_is_not()
    {
        var chain = Begun();
        Assert.Equal(Verdict.Ok, chain.Add(world.After(world.Manifest0), atHub: false));
        var forged = world.After(world.Manifest0, d => d with { Policy = Policy.ReadOnly }, stranger);
        Assert.Equal(Verdict.Refused(Rule.M3, Refusal.ManifestInvalid), chain.Add(forged, atHub: false));
        var forked = world.After(world.Manifest0, d => d with { Policy = Policy.ReadOnly });
        Assert.Equal(Verdict.Alarm(Rule.M6), chain.Add(forked, atHub: false));
    }

    [Fact]
    public void K5_at_most_one_door_is_password_only()
    {
        DoorEntry Way(byte id, Needs needs) => new(new DoorSign(id, Role.Viewer, needs), world.Genesis.Hash0);
        var two = world.After(
            world.Manifest0,
            d => d with { Doors = [Way(1, Needs.Password), Way(2, Needs.Password)] }
        );
        var one = world.After(
            world.Manifest0,
            d => d with { Doors = [Way(1, Needs.Password), Way(2, Needs.LinkAndPassword)] }
        );
        RefusedAlone(Rule.K5, two, one);
    }

    [Fact]
    public void R6_a_fixed_stream_s_id_is_the_hash_of_its_room_and_name()
    {
        StreamId Expected(RoomId room, string name)
        {
            var id = new byte[16];
            room.CopyTo(id);
            byte[] hashed = [.. "coterie/1/stream-id"u8, 0, .. id, .. Encoding.ASCII.GetBytes(name)];
            return StreamId.Read(SHA256.HashData(hashed).AsSpan(0, 16));
        }
        var (here, there) = (world.Streams, other.Streams);
        foreach (
            var (name, id, elsewhere) in new[]
            {
                ("control", here.Control, there.Control),
                ("tree", here.Tree, there.Tree),
                ("chat", here.Chat, there.Chat),
                ("runs", here.Runs, there.Runs),
                ("presence", here.Presence, there.Presence),
            }
        )
        {
            Assert.Equal(Expected(world.Genesis.Room, name), id);
            Assert.NotEqual(elsewhere, id);
        }
        Assert.Equal(Streams.Chat, here.Place(here.Chat));
        Assert.Equal(Streams.Files, here.Place(there.Chat)); // another room's chat is no more than a file here
    }

    public void Dispose()
    {
        stranger.Dispose();
        other.Dispose();
        world.Dispose();
    }

    private ManifestChain Begun()
    {
        var chain = new ManifestChain(world.Genesis);
        Assert.Equal(Verdict.Ok, chain.Add(world.Manifest0, atHub: true));
        return chain;
    }

    /// <summary>Both sides refuse the bent one by this rule, and then take the straight one.</summary>
    private void RefusedAlone(Rule rule, Manifest bent, Manifest straight)
    {
        foreach (var atHub in new[] { true, false })
        {
            var chain = Begun();
            Assert.Equal(Verdict.Refused(rule, Refusal.ManifestInvalid), chain.Add(bent, atHub));
            Assert.Equal(1, chain.Count);
            Assert.Equal(Verdict.Ok, chain.Add(straight, atHub));
        }
    }
}
