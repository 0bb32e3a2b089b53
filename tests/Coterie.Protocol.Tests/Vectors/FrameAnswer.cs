using System.Text;
using System.Text.Json.Nodes;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using static Coterie.Protocol.Tests.Vectors.Answer;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>The part of <see cref="Answer"/> about frames. The bytes are <c>type ‖ body</c>.</summary>
internal static class FrameAnswer
{
    public static JsonObject? Client(ReadOnlySpan<byte> frame, out WireError error)
    {
        error = frame.Length > Limits.MaxFrameBytes ? WireError.TooLarge : WireError.Value;
        if (frame.Length is 0 or > Limits.MaxFrameBytes)
            return null;
        var body = frame[1..];
        switch ((ClientFrame)frame[0])
        {
            case ClientFrame.Hello:
                return Hello.TryParse(body, out var hello, out error)
                    ? new()
                    {
                        ["type"] = "hello",
                        ["suite"] = hello.Suite,
                        ["features"] = hello.Features,
                    }
                    : null;
            case ClientFrame.Look:
                return Look.TryParse(body, out var look, out error)
                    ? new() { ["type"] = "look", ["roomId"] = look.Room.ToHex() }
                    : null;
            case ClientFrame.Open:
                return Open.TryParse(body, out var open, out error)
                    ? new()
                    {
                        ["type"] = "open",
                        ["roomId"] = open.Room.ToHex(),
                        ["door"] = open.Door,
                        ["access"] = Hex(open.Access),
                    }
                    : null;
            case ClientFrame.Create:
                return Create.TryParse(body, out var create, out error)
                    ? new()
                    {
                        ["type"] = "create",
                        ["kind"] = (byte)create.Kind,
                        ["adminKey"] = Hex(create.AdminKey),
                        ["genesis"] = Hex(create.Genesis),
                        ["manifests"] = List(create.Manifests),
                        ["doors"] = List(create.Doors),
                    }
                    : null;
            case ClientFrame.Join:
                return Join.TryParse(body, out var join, out error)
                    ? new()
                    {
                        ["type"] = "join",
                        ["cert"] = Hex(join.Cert),
                        ["session"] = Hex(join.Session),
                    }
                    : null;
            case ClientFrame.Subscribe:
                return Subscribe.TryParse(body, out var subscribe, out error)
                    ? new()
                    {
                        ["type"] = "subscribe",
                        ["stream"] = subscribe.Stream.ToString(),
                        ["fromSeq"] = U64(subscribe.FromSeq),
                        ["fromHead"] = subscribe.FromHead.ToString(),
                        ["mode"] = (byte)subscribe.Mode,
                    }
                    : null;
            case ClientFrame.Unsubscribe:
                return Unsubscribe.TryParse(body, out var unsubscribe, out error)
                    ? new() { ["type"] = "unsubscribe", ["stream"] = unsubscribe.Stream.ToString() }
                    : null;
            case ClientFrame.Append:
                return Carrying("append", "record", body, out error);
            case ClientFrame.Send:
                return Carrying("send", "record", body, out error);
            case ClientFrame.Manifest:
                return ManifestChange.TryParse(body, out var change, out error)
                    ? new()
                    {
                        ["type"] = "manifest",
                        ["manifest"] = Hex(change.Manifest),
                        ["doors"] = List(change.Doors),
                        ["wraps"] = List(change.Wraps),
                    }
                    : null;
            case ClientFrame.Ping:
                return Ping.TryParse(body, out var ping, out error)
                    ? new() { ["type"] = "ping", ["nonce"] = U64(ping.Nonce) }
                    : null;
            case ClientFrame.Leave:
                return Empty("leave", body, out error);
            case ClientFrame.Destroy:
                return Destroy.TryParse(body, out var destroy, out error)
                    ? new()
                    {
                        ["type"] = "destroy",
                        ["owner"] = destroy.Owner,
                        ["signature"] = Hex(destroy.Signature),
                    }
                    : null;
            case ClientFrame.Give:
                return Give.TryParse(body, out var give, out error)
                    ? new() { ["type"] = "give", ["wraps"] = List(give.Wraps) }
                    : null;
            case ClientFrame.Fetch:
                return Fetch.TryParse(body, out var fetch, out error)
                    ? new()
                    {
                        ["type"] = "fetch",
                        ["roomId"] = fetch.Room.ToHex(),
                        ["memberId"] = fetch.Member.ToString(),
                    }
                    : null;
            case ClientFrame.Knock:
                return Knock.TryParse(body, out var knock, out error)
                    ? new()
                    {
                        ["type"] = "knock",
                        ["signPub"] = Hex(knock.Sign),
                        ["dhPub"] = Hex(knock.Dh),
                        ["letters"] = List(knock.Letters),
                    }
                    : null;
            case ClientFrame.TurnAway:
                return TurnAway.TryParse(body, out var away, out error)
                    ? new() { ["type"] = "turnAway", ["memberId"] = away.Member.ToString() }
                    : null;
            case ClientFrame.Offer:
                return Offer.TryParse(body, out var offer, out error)
                    ? new()
                    {
                        ["type"] = "offer",
                        ["blob"] = offer.Blob.ToString(),
                        ["bytes"] = U64(offer.SealedBytes),
                        ["hashes"] = List(offer.Hashes.ToArray().Chunk(32), hash => Hex(hash)),
                    }
                    : null;
            case ClientFrame.Chunk:
                return OfChunk(body, out error);
            case ClientFrame.Want:
                return OfName("want", body, out error);
            default:
                error = WireError.Value;
                return null;
        }
    }

    public static JsonObject? Hub(ReadOnlySpan<byte> frame, out WireError error)
    {
        error = WireError.Value;
        if (frame.IsEmpty)
            return null;
        var body = frame[1..];
        switch ((HubFrame)frame[0])
        {
            case HubFrame.Welcome:
                return Welcome.TryParse(body, out var welcome, out error)
                    ? new()
                    {
                        ["type"] = "welcome",
                        ["suite"] = welcome.Suite,
                        ["features"] = welcome.Features,
                        ["challenge"] = welcome.Challenge.ToString(),
                        ["serverTime"] = U64(welcome.ServerTime),
                        ["adminKeyNeeded"] = welcome.AdminKeyNeeded ? 1 : 0,
                    }
                    : null;
            case HubFrame.Room:
                return RoomFrame.TryParse(body, out var room, out error)
                    ? new()
                    {
                        ["type"] = "room",
                        ["kind"] = (byte)room.Kind,
                        ["incarnation"] = room.Incarnation.ToString(),
                        ["genesis"] = Hex(room.Genesis),
                        ["manifests"] = List(room.Manifests),
                    }
                    : null;
            case HubFrame.Door:
                return DoorFrame.TryParse(body, out var door, out error)
                    ? new() { ["type"] = "door", ["door"] = Hex(door.Door) }
                    : null;
            case HubFrame.Created:
                return Created.TryParse(body, out var created, out error)
                    ? new() { ["type"] = "created", ["roomId"] = created.Room.ToHex() }
                    : null;
            case HubFrame.Joined:
                return Joined.TryParse(body, out var joined, out error)
                    ? new() { ["type"] = "joined", ["session"] = joined.Session.ToString() }
                    : null;
            case HubFrame.Stream:
                return StreamFrame.TryParse(body, out var stream, out error)
                    ? new()
                    {
                        ["type"] = "stream",
                        ["stream"] = stream.Stream.ToString(),
                        ["headSeq"] = U64(stream.HeadSeq),
                        ["head"] = stream.Head.ToString(),
                        ["baseSeq"] = U64(stream.BaseSeq),
                        ["baseHead"] = stream.BaseHead.ToString(),
                    }
                    : null;
            case HubFrame.Snapshot:
                return EnvelopeOf(body, out error) is null ? null : Carrying("snapshot", "envelope", body, out error);
            case HubFrame.Deliver:
                return EnvelopeOf(body, out error) is null ? null : Carrying("deliver", "envelope", body, out error);
            case HubFrame.Relay:
                return Carrying("relay", "record", body, out error);
            case HubFrame.Ack:
                return Ack.TryParse(body, out var ack, out error)
                    ? new()
                    {
                        ["type"] = "ack",
                        ["session"] = ack.Session.ToString(),
                        ["stream"] = ack.Stream.ToString(),
                        ["counter"] = U64(ack.Counter),
                        ["seq"] = U64(ack.Seq),
                        ["serverTime"] = U64(ack.ServerTime),
                        ["head"] = ack.Head.ToString(),
                    }
                    : null;
            case HubFrame.Refused:
                return Refused.TryParse(body, out var refused, out error)
                    ? new()
                    {
                        ["type"] = "refused",
                        ["session"] = refused.Session.ToString(),
                        ["stream"] = refused.Stream.ToString(),
                        ["class"] = refused.Class,
                        ["counter"] = U64(refused.Counter),
                        ["code"] = (ushort)refused.Code,
                        ["text"] = Encoding.UTF8.GetString(refused.Text),
                    }
                    : null;
            case HubFrame.Member:
                return MemberFrame.TryParse(body, out var member, out error)
                    ? new()
                    {
                        ["type"] = "member",
                        ["live"] = member.Live ? 1 : 0,
                        ["cert"] = Hex(member.Cert),
                        ["session"] = Hex(member.Session),
                    }
                    : null;
            case HubFrame.Gone:
                return Gone.TryParse(body, out var gone, out error)
                    ? new() { ["type"] = "gone", ["session"] = gone.Session.ToString() }
                    : null;
            case HubFrame.Manifest:
                return ManifestFrame.TryParse(body, out var manifest, out error)
                    ? new() { ["type"] = "manifest", ["manifest"] = Hex(manifest.Manifest) }
                    : null;
            case HubFrame.Error:
                return ErrorFrame.TryParse(body, out var fault, out error)
                    ? new()
                    {
                        ["type"] = "error",
                        ["code"] = (ushort)fault.Code,
                        ["stream"] = fault.Stream.ToString(),
                        ["text"] = Encoding.UTF8.GetString(fault.Text),
                        ["fatal"] = fault.Fatal ? 1 : 0,
                    }
                    : null;
            case HubFrame.Pong:
                return Pong.TryParse(body, out var pong, out error)
                    ? new()
                    {
                        ["type"] = "pong",
                        ["nonce"] = U64(pong.Nonce),
                        ["serverTime"] = U64(pong.ServerTime),
                    }
                    : null;
            case HubFrame.Destroyed:
                return Empty("destroyed", body, out error);
            case HubFrame.Wrap:
                return WrapFrame.TryParse(body, out var wrap, out error)
                    ? new() { ["type"] = "wrap", ["wrap"] = Hex(wrap.Wrap) }
                    : null;
            case HubFrame.Waiting:
                return Waiting.TryParse(body, out var waiting, out error)
                    ? new() { ["type"] = "waiting", ["owners"] = waiting.Owners }
                    : null;
            case HubFrame.Knocked:
                return Knocked.TryParse(body, out var knocked, out error)
                    ? new()
                    {
                        ["type"] = "knocked",
                        ["signPub"] = Hex(knocked.Sign),
                        ["dhPub"] = Hex(knocked.Dh),
                        ["letter"] = Hex(knocked.Letter),
                    }
                    : null;
            case HubFrame.KnockEnded:
                return KnockEnded.TryParse(body, out var ended, out error)
                    ? new() { ["type"] = "knockEnded", ["memberId"] = ended.Member.ToString() }
                    : null;
            case HubFrame.Storage:
                return Storage.TryParse(body, out var storage, out error)
                    ? new()
                    {
                        ["type"] = "storage",
                        ["most"] = U64(storage.Most),
                        ["room"] = U64(storage.Room),
                        ["used"] = U64(storage.Used),
                    }
                    : null;
            case HubFrame.Offered:
                return Offered.TryParse(body, out var offered, out error)
                    ? new()
                    {
                        ["type"] = "offered",
                        ["blob"] = offered.Blob.ToString(),
                        ["missing"] = List(offered.Missing.ToArray().Chunk(2), index => (index[0] << 8) | index[1]),
                    }
                    : null;
            case HubFrame.Took:
                return OfName("took", body, out error);
            case HubFrame.Chunk:
                return OfChunk(body, out error);
            case HubFrame.BlobRefused:
                return BlobRefused.TryParse(body, out var blob, out error)
                    ? new()
                    {
                        ["type"] = "blobRefused",
                        ["blob"] = blob.Blob.ToString(),
                        ["code"] = (ushort)blob.Code,
                        ["text"] = Encoding.UTF8.GetString(blob.Text),
                    }
                    : null;
            default:
                error = WireError.Value;
                return null;
        }
    }

    private static JsonObject Carrying(string type, string field, ReadOnlySpan<byte> body, out WireError error)
    {
        error = WireError.None;
        return new() { ["type"] = type, [field] = Hex(body) };
    }

    private static JsonObject? OfChunk(ReadOnlySpan<byte> body, out WireError error) =>
        Chunk.TryParse(body, out var chunk, out error)
            ? new()
            {
                ["type"] = "chunk",
                ["blob"] = chunk.Blob.ToString(),
                ["index"] = chunk.Index,
                ["bytes"] = Hex(chunk.Bytes),
            }
            : null;

    private static JsonObject? OfName(string type, ReadOnlySpan<byte> body, out WireError error) =>
        ChunkName.TryParse(body, out var chunk, out error)
            ? new()
            {
                ["type"] = type,
                ["blob"] = chunk.Blob.ToString(),
                ["index"] = chunk.Index,
            }
            : null;

    private static JsonObject? Empty(string type, ReadOnlySpan<byte> body, out WireError error)
    {
        error = body.IsEmpty ? WireError.None : WireError.Trailing;
        return body.IsEmpty ? new() { ["type"] = type } : null;
    }
}
