using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using static Coterie.Protocol.Tests.Vectors.Answer;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>
/// What comes of bytes that are read only once they are opened. The questions bring the keys: what a stranger could bend is what stands under
/// them, by who has them. Layouts: tests/vectors/README.md. Whatever is wrong, the error is <c>Content</c>.
/// </summary>
internal static class OpenedAnswer
{
    public static readonly string[] Kinds = ["title", "opened-wrap", "opened-letter", "recovery", "evidence"];

    public static JsonObject To(string kind, ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        if (kind == "recovery")
            return Recover(bytes);
        if (kind == "evidence")
            return Utf8.IsValid(bytes) ? Find(Encoding.UTF8.GetString(bytes)) : new() { ["error"] = "Text" };
        var fields = kind switch
        {
            "title" => Title(ref reader),
            "opened-wrap" => Wrapped(ref reader),
            _ => Lettered(ref reader),
        };
        return fields is null ? new() { ["error"] = "Content" } : new() { ["ok"] = fields };
    }

    private static JsonObject? Title(ref ByteReader reader)
    {
        var epochKey = reader.Bytes(32);
        return
            Manifest.TryParse(reader.Rest(), out var manifest, out _)
            && EpochKey.TryOpenTitle(manifest, epochKey, out var title)
            ? new() { ["title"] = title }
            : null;
    }

    private static JsonObject? Wrapped(ref ByteReader reader)
    {
        using var own = DhKey.FromScalar(reader.Bytes(32));
        reader.Bytes(Point.Bytes);
        if (
            !Manifest.TryParse(reader.B16(), out var manifest, out _)
            || !Wrap.TryParse(reader.Rest(), out var wrap, out _)
            || !wrap.TryOpen(manifest, own, out var opened)
        )
            return null;
        var fields = new JsonObject
        {
            ["epochKey"] = Hex(opened.EpochKey),
            ["role"] = (byte)opened.Role,
            ["admission"] = opened.Admission is null ? "" : Hex(opened.Admission.Public),
            ["linkSecret"] = Hex(opened.LinkSecret ?? []),
            ["cert"] = opened.Cert is null ? "" : Hex(opened.Cert.Encoded),
        };
        opened.Admission?.Dispose();
        return fields;
    }

    private static JsonObject? Lettered(ref ByteReader reader)
    {
        using var owner = DhKey.FromScalar(reader.Bytes(32));
        reader.Bytes(Point.Bytes);
        var room = new RoomId(reader.U128());
        var sign = reader.Bytes(Point.Bytes);
        var dh = reader.Bytes(Point.Bytes);
        var epochKey = reader.Bytes(32);
        return Letter.TryOpen(reader.Rest(), owner, room, sign, dh, epochKey, out var letter)
            ? new()
            {
                ["door"] = letter.Door,
                ["knockKey"] = Hex(letter.KnockKey),
                ["name"] = letter.Name,
            }
            : null;
    }

    public static JsonObject Find(string text) =>
        Evidence.Read(text, out var error) is { } finding
            ? new()
            {
                ["ok"] = new JsonObject
                {
                    ["kind"] = (byte)finding.Kind,
                    ["proven"] = finding.IsProven,
                    ["stream"] = finding.Stream.ToString(),
                    ["seq"] = U64(finding.Seq),
                    ["time"] = U64(finding.Time),
                    ["witness"] = finding.Witness.ToString(),
                    ["against"] = finding.Against?.ToString() ?? "",
                },
            }
            : new() { ["error"] = error.ToString() };

    private static JsonObject Recover(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
            return new() { ["error"] = "Text" };
        return Recovery.TryRead(Encoding.UTF8.GetString(text), null, out var kit, out var error)
            ? new()
            {
                ["ok"] = new JsonObject
                {
                    ["roomId"] = kit.Genesis.Room.ToHex(),
                    ["genesis"] = Hex(kit.Genesis.Encoded),
                    ["editSecret"] = Hex(kit.EditSecret ?? []),
                },
            }
            : new() { ["error"] = error.ToString() };
    }
}
