using System.Text.Json.Nodes;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Tests.Worlds;
using static Coterie.Protocol.Tests.Vectors.Answer;
using static Coterie.Protocol.Tests.Vectors.Computed;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>hpke.json (K12), wraps.json (A2), letters.json (Q5) and run-orders.json (X2, X5): what was sealed to a key, by either language, opens with it.</summary>
internal static class WrapCases
{
    public static IEnumerable<JsonObject> Sealed(World world)
    {
        foreach (var length in new[] { 0, 98, 250 })
        {
            var scalar = world.Random(32);
            using var recipient = DhKey.FromScalar(scalar);
            using var ephemeral = DhKey.FromScalar(world.Random(32));
            var (info, aad, plaintext) = (world.Random(31), world.Random(37), world.Random(length));
            yield return new JsonObject
            {
                ["name"] = $"K12 {length} bytes sealed to a key",
                ["privateScalar"] = Hex(scalar),
                ["publicKey"] = Hex(recipient.Public),
                ["info"] = Hex(info),
                ["aad"] = Hex(aad),
                ["plaintext"] = Hex(plaintext),
                ["sealed"] = Hex(Hpke.SealBy(ephemeral, recipient.Public, info, aad, plaintext)),
            };
        }
    }

    public static void CheckSealed(JsonObject c)
    {
        using var recipient = DhKey.FromScalar(Bytes(c, "privateScalar"));
        Assert.Equal(Bytes(c, "publicKey"), recipient.Public.ToArray());
        var (info, aad, sealedBytes) = (Bytes(c, "info"), Bytes(c, "aad"), Bytes(c, "sealed"));
        Assert.Equal(Bytes(c, "plaintext"), Hpke.Open(recipient, info, aad, sealedBytes));
        sealedBytes[^1] ^= 1;
        Assert.Null(Hpke.Open(recipient, info, aad, sealedBytes));
    }

    public static void CheckLetter(JsonObject c)
    {
        using var owner = DhKey.FromScalar(Bytes(c, "privateScalar"));
        Assert.Equal(Bytes(c, "publicKey"), owner.Public.ToArray());
        var (sign, dh, epochKey) = (Bytes(c, "signPub"), Bytes(c, "dhPub"), Bytes(c, "epochKey"));
        var sealedBytes = Bytes(c, "sealed");
        Assert.True(Letter.TryOpen(sealedBytes, owner, Room(c), sign, dh, epochKey, out var letter));
        Assert.Equal((byte)(int)c["door"]!, letter.Door);
        Assert.Equal(Bytes(c, "knockKey"), letter.KnockKey);
        Assert.Equal(Text(c, "letterName"), letter.Name);
        var again = letter.SealTo(owner.Public, Room(c), sign, dh);
        Assert.True(Letter.TryOpen(again, owner, Room(c), sign, dh, epochKey, out _));
        Assert.False(Letter.TryOpen(again, owner, Room(c), dh, sign, epochKey, out _)); // for other keys
        epochKey[0] ^= 1;
        Assert.False(Letter.TryOpen(again, owner, Room(c), sign, dh, epochKey, out _)); // of another epoch
    }

    public static void CheckRunOrder(JsonObject c)
    {
        using var own = DhKey.FromScalar(Bytes(c, "privateScalar"));
        Assert.Equal(Bytes(c, "publicKey"), own.Public.ToArray());
        var sealedOrder = Bytes(c, "sealed");
        var run = RunKeys.IdOf(Room(c), sealedOrder);
        Assert.Equal(Text(c, "run"), run.ToString());
        Assert.Equal(Bytes(c, "order"), RunKeys.OpenOrder(own, Room(c), sealedOrder));
        Assert.Null(RunKeys.OpenOrder(own, default, sealedOrder)); // for another room
        Assert.Equal(Bytes(c, "handKey"), RunKeys.OpenHand(own, Room(c), run, Bytes(c, "hand")));
        Assert.Null(RunKeys.OpenHand(own, Room(c), default, Bytes(c, "hand"))); // for another run
        var again = RunKeys.SealHand(own.Public, Room(c), run, Bytes(c, "handKey"));
        Assert.Equal(Bytes(c, "handKey"), RunKeys.OpenHand(own, Room(c), run, again));
    }

    public static void Check(JsonObject c)
    {
        Assert.True(Manifest.TryParse(Bytes(c, "manifest"), out var manifest, out _));
        Assert.True(Wrap.TryParse(Bytes(c, "bytes"), out var wrap, out _));
        using var owner = VerifyKey.Import(manifest.Owners[wrap.Signer].Sign);
        Assert.True(wrap.SignedBy(owner));
        using var own = DhKey.FromScalar(Bytes(c, "privateScalar"));
        Assert.Equal(Bytes(c, "publicKey"), own.Public.ToArray());
        Assert.True(wrap.TryOpen(manifest, own, out var opened));
        Assert.Equal(Bytes(c, "epochKey"), opened.EpochKey);
        Assert.Equal((byte)(int)c["role"]!, (byte)opened.Role);
        Assert.Equal(Text(c, "cert"), opened.Cert is null ? "" : Hex(opened.Cert.Encoded));
        Assert.Equal(Text(c, "linkSecret"), opened.LinkSecret is null ? "" : Hex(opened.LinkSecret));
        Assert.Equal(opened.Cert is null, opened.Admission is not null);
        using var stranger = DhKey.Create();
        Assert.False(wrap.TryOpen(manifest, stranger, out _));
    }
}
