using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>
/// What our parsers say of some bytes, in the form that both languages compare: <c>{"ok":{…}}</c> or <c>{"error":"Name"}</c>
/// (tests/vectors/README.md).
/// </summary>
internal static class Answer
{
    public static readonly string[] Kinds =
    [
        "genesis",
        "door",
        "manifest",
        "cert",
        "wrap",
        "session",
        "record",
        "envelope",
        "client-frame",
        "hub-frame",
        "room-id",
        "link",
        "tree",
        "delete",
        "chat",
        "profile",
        "presence",
        "signal",
        "snapshot",
        "state-yjs",
        "state-tree",
        "state-chat",
        "unpad",
        "testimony",
        "disclosure",
        "run-request",
        "run-shared",
        "run-receipt",
        "run-order",
        "run-event",
        "run-command",
        "message",
        "clear",
        "name",
        "shown-names",
        "id",
        "run-client-frame",
        .. OpenedAnswer.Kinds,
    ];

    public static JsonObject To(string kind, ReadOnlySpan<byte> bytes)
    {
        if (OpenedAnswer.Kinds.Contains(kind))
            return OpenedAnswer.To(kind, bytes);
        var fields = Parse(kind, bytes, out var error);
        return fields is null ? new JsonObject { ["error"] = error.ToString() } : new JsonObject { ["ok"] = fields };
    }

    private static JsonObject? Parse(string kind, ReadOnlySpan<byte> bytes, out WireError error)
    {
        if (kind is "room-id" or "link" && !Utf8.IsValid(bytes))
        {
            error = WireError.Text;
            return null;
        }
        return kind switch
        {
            "genesis" => Genesis.TryParse(bytes, out var genesis, out error) ? Of(genesis) : null,
            "door" => Door.TryParse(bytes, out var door, out error) ? Of(door) : null,
            "manifest" => Manifest.TryParse(bytes, out var manifest, out error) ? Of(manifest) : null,
            "cert" => Cert.TryParse(bytes, out var cert, out error) ? Of(cert) : null,
            "wrap" => Wrap.TryParse(bytes, out var wrap, out error) ? Of(wrap) : null,
            "session" => Session.TryParse(bytes, out var session, out error) ? Of(session) : null,
            "record" => RecordView.TryParse(bytes, out var record, out error) ? Of(record) : null,
            "envelope" => EnvelopeOf(bytes, out error),
            "client-frame" => FrameAnswer.Client(bytes, out error),
            "hub-frame" => FrameAnswer.Hub(bytes, out error),
            "room-id" => RoomIdOf(bytes, out error),
            "link" => Link.TryParse(Encoding.UTF8.GetString(bytes), out var link, out error) ? Of(link) : null,
            _ => PayloadAnswer.Parse(kind, bytes, out error),
        };
    }

    private static JsonObject? RoomIdOf(ReadOnlySpan<byte> bytes, out WireError error)
    {
        var ok = RoomId.TryParse(Encoding.UTF8.GetString(bytes), out var id);
        error = ok ? WireError.None : WireError.Room;
        return ok ? new JsonObject { ["roomId"] = id.ToHex() } : null;
    }

    private static JsonObject Of(Genesis genesis) =>
        new()
        {
            ["suite"] = 1,
            ["ownerSignPub"] = Hex(genesis.OwnerSign),
            ["ownerDhPub"] = Hex(genesis.OwnerDh),
            ["salt"] = Hex(genesis.Salt),
            ["roomId"] = genesis.Room.ToHex(),
        };

    private static JsonObject Of(Wrap wrap) =>
        new()
        {
            ["roomId"] = wrap.Room.ToHex(),
            ["version"] = wrap.Version,
            ["memberId"] = wrap.Member.ToString(),
            ["signer"] = wrap.Signer,
            ["sealed"] = Hex(wrap.Sealed),
            ["signature"] = Hex(wrap.Encoded[^64..]),
        };

    private static JsonObject Of(Door door) =>
        new()
        {
            ["id"] = door.Id,
            ["role"] = (byte)door.Role,
            ["needs"] = (byte)door.Needs,
            ["epoch"] = door.Epoch,
            ["accessHash"] = Hex(door.AccessHash),
            ["commit"] = Hex(door.Commit),
            ["nonce"] = Hex(door.Nonce),
            ["sealed"] = Hex(door.Sealed),
        };

    private static JsonObject Of(Manifest manifest) =>
        new()
        {
            ["roomId"] = manifest.Room.ToHex(),
            ["version"] = manifest.Version,
            ["prevHash"] = manifest.PrevHash.ToString(),
            ["epoch"] = manifest.Epoch,
            ["epochKeyHash"] = manifest.EpochKeyHash.ToString(),
            ["prevEpochKey"] = Hex(manifest.PrevEpochKey),
            ["title"] = Hex(manifest.Title),
            ["owners"] = List(
                manifest.Owners,
                owner => new JsonObject { ["signPub"] = Hex(owner.Sign), ["dhPub"] = Hex(owner.Dh) }
            ),
            ["keepers"] = List(manifest.Keepers, keeper => keeper.ToString()),
            ["admissionEditor"] = Hex(manifest.Admission(Role.Editor)),
            ["admissionViewer"] = Hex(manifest.Admission(Role.Viewer)),
            ["flags"] = (byte)manifest.Admissions,
            ["locked"] = List(manifest.Locked, member => member.ToString()),
            ["policy"] = (uint)manifest.Policy,
            ["retention"] = manifest.Trims ? 1 : 0,
            ["doors"] = List(
                manifest.Doors,
                door => new JsonObject
                {
                    ["id"] = door.Sign.Id,
                    ["role"] = (byte)door.Sign.Role,
                    ["needs"] = (byte)door.Sign.Needs,
                    ["hash"] = door.Hash.ToString(),
                }
            ),
            ["until"] = U64(manifest.Until ?? 0),
            ["signer"] = manifest.Signer,
            ["signature"] = Hex(manifest.Signature),
            ["hash"] = manifest.Hash.ToString(),
        };

    private static JsonObject Of(Cert cert) =>
        new()
        {
            ["roomId"] = cert.Room.ToHex(),
            ["epoch"] = cert.Epoch,
            ["role"] = (byte)cert.Role,
            ["signPub"] = Hex(cert.Sign),
            ["dhPub"] = Hex(cert.Dh),
            ["issuer"] = cert.Issuer,
            ["signature"] = Hex(cert.Signature),
            ["memberId"] = cert.Member.ToString(),
            ["hash"] = cert.Hash.ToString(),
        };

    private static JsonObject Of(Session session) =>
        new()
        {
            ["roomId"] = session.Room.ToHex(),
            ["memberId"] = session.Member.ToString(),
            ["certHash"] = session.CertHash.ToString(),
            ["random"] = Hex(session.Random),
            ["replaces"] = session.Replaces.ToString(),
            ["challenge"] = session.Challenge.ToString(),
            ["originHash"] = session.OriginHash.ToString(),
            ["signature"] = Hex(session.Signature),
            ["sessionId"] = session.Id.ToString(),
        };

    private static JsonObject Of(RecordView record) =>
        new()
        {
            ["suite"] = record.Suite,
            ["class"] = (byte)record.Class,
            ["version"] = record.Version,
            ["roomId"] = record.Room.ToHex(),
            ["stream"] = record.Stream.ToString(),
            ["session"] = record.Session.ToString(),
            ["counter"] = U64(record.Counter),
            ["seenSeq"] = U64(record.SeenSeq),
            ["seenHead"] = Hex(record.SeenHead),
            ["clear"] = Hex(record.Clear),
            ["ciphertext"] = Hex(record.Ciphertext),
            ["signature"] = Hex(record.Signature),
            ["hash"] = record.Hash().ToString(),
        };

    public static JsonObject? EnvelopeOf(ReadOnlySpan<byte> bytes, out WireError error) =>
        Envelope.TrySplit(bytes, out var seq, out var serverTime, out var record, out error)
            ? new JsonObject
            {
                ["seq"] = U64(seq),
                ["serverTime"] = U64(serverTime),
                ["record"] = Hex(record),
            }
            : null;

    private static JsonObject Of(Link link) =>
        new()
        {
            ["server"] = link.Server,
            ["roomId"] = link.Room.ToHex(),
            ["door"] = link.Door,
            ["secret"] = Hex(link.Secret),
            ["version"] = link.Version,
            ["hash"] = Hex(link.Hash),
            ["hostKey"] = link.HostKey,
            ["addresses"] = link.Addresses,
        };

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    public static string U64(ulong value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode?> each) => [.. items.Select(each)];

    public static JsonArray List(BlobList items)
    {
        var list = new JsonArray();
        foreach (var item in items)
            list.Add(Hex(item));
        return list;
    }
}
