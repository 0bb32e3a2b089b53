using System.Text;
using System.Text.Json.Nodes;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Wire;
using static Coterie.Protocol.Tests.Vectors.Answer;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>The part of <see cref="Answer"/> about payloads and snapshot states.</summary>
internal static class PayloadAnswer
{
    public static JsonObject? Parse(string kind, ReadOnlySpan<byte> bytes, out WireError error) =>
        kind switch
        {
            "tree" => TreePayload.TryParse(bytes, out var tree, out error)
                ? new JsonObject
                {
                    ["opId"] = Id(tree.OpId),
                    ["name"] = Text(tree.Name),
                    ["key"] = Hex(tree.Secret?.Key ?? []),
                    ["size"] = U64((ulong)(tree.Secret?.Size ?? 0)),
                }
                : null,
            "delete" => DeletePayload.TryParse(bytes, out var delete, out error)
                ? new JsonObject { ["opId"] = Id(delete.OpId) }
                : null,
            "chat" => Chat.TryParse(bytes, out var chat, out error)
                ? new JsonObject
                {
                    ["opId"] = Id(chat.OpId),
                    ["kind"] = 1,
                    ["text"] = Text(chat.Text),
                }
                : null,
            "profile" => Profile.TryParse(bytes, out var profile, out error)
                ? new JsonObject
                {
                    ["name"] = Text(profile.Name),
                    ["colour"] = Hex(profile.Colour),
                    ["client"] = (byte)profile.Client,
                }
                : null,
            "presence" => Presence.TryParse(bytes, out var presence, out error) ? Of(presence) : null,
            "signal" => Signal.TryParse(bytes, out var signal, out error) ? Of(signal) : null,
            "snapshot" => Snapshot.TryParse(bytes, out var snapshot, out error) ? Of(snapshot) : null,
            "state-yjs" => FileState.TryParse(bytes, out var file, out error) ? Of(file) : null,
            "state-tree" => TreeSnapshot.TryParse(bytes, out var nodes, out error) ? Of(nodes) : null,
            "state-chat" => ChatSnapshot.TryParse(bytes, out var messages, out error) ? Of(messages) : null,
            "unpad" => Padding.TryOpen(bytes, RecordClass.Edit, out var payload, out error)
                ? new JsonObject { ["payload"] = Hex(payload) }
                : null,
            "testimony" => Testimony.TryParse(bytes, out var testimony, out error)
                ? Of(testimony, bytes[^RecordView.SignatureBytes..])
                : null,
            _ => RunAnswer.Parse(kind, bytes, out error),
        };

    private static JsonObject Of(Testimony testimony, ReadOnlySpan<byte> signature) =>
        new()
        {
            ["kind"] = (byte)testimony.Kind,
            ["roomId"] = testimony.Room.ToHex(),
            ["incarnation"] = testimony.Incarnation.ToString(),
            ["session"] = testimony.Session.ToString(),
            ["stream"] = testimony.Stream.ToString(),
            ["seq"] = U64(testimony.Seq),
            ["before"] = testimony.Before.ToString(),
            ["head"] = testimony.Head.ToString(),
            ["time"] = U64(testimony.Time),
            ["exhibitHash"] = testimony.ExhibitHash.ToString(),
            ["signature"] = Hex(signature),
        };

    private static JsonObject Of(Snapshot snapshot)
    {
        var answer = new JsonObject
        {
            ["format"] = snapshot.Secret is null ? 1 : 2,
            ["packing"] = snapshot.Deflated ? 1 : 0,
        };
        if (snapshot.Secret is { } secret)
        {
            answer["key"] = Hex(secret.Key);
            answer["size"] = U64((ulong)secret.Size);
            answer["digest"] = snapshot.Digest.ToString();
        }
        else
        {
            answer["state"] = Hex(snapshot.State);
        }
        return answer;
    }

    private static JsonObject Of(Presence presence) =>
        new()
        {
            ["file"] = presence.File.ToString(),
            ["state"] = (byte)presence.Doing,
            ["topLine"] = presence.TopLine,
            ["following"] = (presence.Following ?? default).ToString(),
            ["selections"] = List(
                presence.Selections,
                place => new JsonObject { ["anchor"] = Hex(place.Anchor), ["head"] = Hex(place.Head) }
            ),
        };

    private static JsonObject Of(Signal signal)
    {
        var answer = new JsonObject { ["kind"] = (byte)signal.Kind };
        if (signal is Pulse pulse)
        {
            answer["streams"] = Of(pulse);
            answer["signature"] = Hex(pulse.Signature);
        }
        else if (signal is Spotlight spotlight)
            answer["request"] = spotlight.Request;
        else if (signal is Highlights highlights)
            answer["ranges"] = Of(highlights);
        else if (signal is Cleared cleared)
            answer["highlights"] = Of(cleared);
        else if (signal is States states)
            answer["states"] = Of(states);
        return answer;
    }

    private static JsonArray Of(Highlights highlights) =>
        List(
            highlights.Ranges,
            range => new JsonObject
            {
                ["id"] = Id(range.Id),
                ["file"] = range.File.ToString(),
                ["start"] = Hex(range.Start),
                ["end"] = Hex(range.End),
            }
        );

    private static JsonArray Of(Cleared cleared) =>
        List(cleared.Items, item => new JsonObject { ["member"] = item.Member.ToString(), ["id"] = Id(item.Id) });

    private static JsonArray Of(States states) =>
        List(
            states.Items,
            state => new JsonObject
            {
                ["stream"] = state.Stream.ToString(),
                ["seq"] = U64(state.Seq),
                ["digest"] = state.Digest.ToString(),
            }
        );

    private static JsonArray Of(Pulse pulse) =>
        List(
            pulse.Streams,
            stream => new JsonObject
            {
                ["stream"] = stream.Stream.ToString(),
                ["seq"] = U64(stream.Seq),
                ["head"] = Id(stream.Head),
            }
        );

    private static JsonObject Of(FileState file) =>
        new()
        {
            ["yjs"] = Hex(file.Yjs),
            ["digest"] = file.Digest.ToString(),
            ["versionFloor"] = file.Tail.VersionFloor,
            ["claims"] = List(
                file.Claims,
                claim => new JsonObject { ["clientId"] = U64(claim.ClientId), ["memberId"] = claim.Member.ToString() }
            ),
            ["counters"] = Counters(file.Tail),
        };

    private static JsonObject Of(TreeSnapshot tree) =>
        new()
        {
            ["nodes"] = List(tree.Nodes, Of),
            ["digest"] = tree.Digest.ToString(),
            ["versionFloor"] = tree.Tail.VersionFloor,
            ["counters"] = Counters(tree.Tail),
        };

    private static JsonObject Of(SnapshotNode node)
    {
        var answer = new JsonObject
        {
            ["id"] = node.Id.ToString(),
            ["parent"] = node.Parent.ToString(),
            ["kind"] = (byte)node.Kind,
            ["life"] = node.Lives ? 1 : 0,
            ["diedWith"] = node.Lives ? Id(default) : node.DiedWith.ToString(),
            ["creator"] = node.Creator.ToString(),
            ["name"] = node.Name,
        };
        if (node.Content is { } content)
        {
            answer["blob"] = content.Id.ToString();
            answer["key"] = Hex(content.Key);
            answer["size"] = U64((ulong)content.Size);
        }
        return answer;
    }

    private static JsonObject Of(ChatSnapshot chat) =>
        new()
        {
            ["messages"] = List(
                chat.Messages,
                message => new JsonObject
                {
                    ["seq"] = U64(message.Seq),
                    ["time"] = U64(message.ServerTime),
                    ["memberId"] = message.Author.ToString(),
                    ["opId"] = Id(message.OpId),
                    ["text"] = message.Text,
                }
            ),
            ["digest"] = chat.Digest.ToString(),
            ["versionFloor"] = chat.Tail.VersionFloor,
            ["counters"] = Counters(chat.Tail),
        };

    private static JsonArray Counters(SnapshotTail tail) =>
        List(
            tail.Counters,
            counter => new JsonObject { ["session"] = counter.Session.ToString(), ["counter"] = U64(counter.Counter) }
        );

    private static string Id(Bits128 value) => new NodeId(value).ToString();

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
