using System.Buffers.Text;
using System.Text.Json;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>Why a text is no evidence of anything (V1–V3).</summary>
public enum EvidenceError
{
    None,

    /// <summary>Another text.</summary>
    NotEvidence,

    /// <summary>Made by a newer program.</summary>
    Version,

    /// <summary>Its genesis or its manifests do not hold.</summary>
    Room,

    /// <summary>A member's certificate or session does not hold.</summary>
    Papers,

    /// <summary>Nobody of the room stands under it.</summary>
    Witness,

    /// <summary>Not what it is said to be, or not signed by its author.</summary>
    Exhibit,

    /// <summary>Nothing in it contradicts anything.</summary>
    Agrees,
}

/// <summary>A member's certificate and session, as they travel.</summary>
public readonly record struct Papers(byte[] Cert, byte[] Session);

/// <summary>What a third person may believe (V2, V3).</summary>
/// <param name="Time">Milliseconds since 1970, by the witness's word.</param>
/// <param name="Against">Whose signature stands against the witness's; null where the witness alone says what the hub had sent.</param>
public sealed record EvidenceFinding(
    TestimonyKind Kind,
    StreamId Stream,
    ulong Seq,
    ulong Time,
    MemberId Witness,
    MemberId? Against
)
{
    /// <summary>Two signatures contradict each other.</summary>
    public bool IsProven => Against is not null;
}

/// <summary>
/// Sealed evidence (PROTOCOL.md section 18): a text by which a third person checks, by signatures alone, that two accounts of a room contradict
/// each other. What it holds is sealed as it was sent: no secret of the room, no link and no name is in it.
/// </summary>
/// <param name="Manifests">From version 0 on.</param>
/// <param name="Members">The witness, and where it is a member's the exhibit's author.</param>
public sealed record Evidence(
    byte[] Genesis,
    IReadOnlyList<byte[]> Manifests,
    IReadOnlyList<Papers> Members,
    byte[] Testimony,
    byte[] Exhibit
)
{
    private const string Format = "coterie-evidence";
    private const string FormatVersion = "1";

    /// <exception cref="InvalidOperationException">The genesis is none.</exception>
    public string Write()
    {
        if (!Rooms.Genesis.TryParse(Genesis, out var genesis, out _))
            throw new InvalidOperationException("Evidence is of a room.");
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WritePropertyName("version");
            json.WriteRawValue(FormatVersion);
            json.WriteString("room", genesis.Room.ToString());
            json.WriteString("genesis", Base64Url.EncodeToString(Genesis));
            json.WriteStartArray("manifests");
            foreach (var manifest in Manifests)
                json.WriteStringValue(Base64Url.EncodeToString(manifest));
            json.WriteEndArray();
            json.WriteStartArray("members");
            foreach (var (cert, session) in Members)
            {
                json.WriteStartObject();
                json.WriteString("cert", Base64Url.EncodeToString(cert));
                json.WriteString("session", Base64Url.EncodeToString(session));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteString("testimony", Base64Url.EncodeToString(Testimony));
            json.WriteString("exhibit", Base64Url.EncodeToString(Exhibit));
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    /// <summary>V1–V3: reads a file that anybody may have made up. Total; null with the error where it proves nothing.</summary>
    public static EvidenceFinding? Read(string text, out EvidenceError error)
    {
        ArgumentNullException.ThrowIfNull(text);
        error = EvidenceError.NotEvidence;
        if (text.Length > Limits.MaxEvidenceCharacters)
            return null;
        try
        {
            using var file = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = text.Length + 1 });
            error = Fields(file.RootElement, out var room, out var evidence);
            return error == EvidenceError.None ? evidence!.Judge(room, out error) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static EvidenceError Fields(JsonElement root, out string room, out Evidence? evidence)
    {
        (room, evidence) = ("", null);
        if (root.ValueKind != JsonValueKind.Object)
            return EvidenceError.NotEvidence;
        var file = Recovery.Members(root);
        if (TextOf(file, "format") is not Format)
            return EvidenceError.NotEvidence;
        if (!file.TryGetValue("version", out var version) || Recovery.Version(version) is not FormatVersion)
            return EvidenceError.Version;
        room = TextOf(file, "room");
        var fits =
            TryBinary(file, "genesis", out var genesis)
            & TryBinary(file, "testimony", out var testimony)
            & TryBinary(file, "exhibit", out var exhibit);
        var members = new List<Papers>();
        foreach (var member in List(file, "members", 2, ref fits))
        {
            var papers = member.ValueKind == JsonValueKind.Object ? Recovery.Members(member) : [];
            fits &= TryBinary(papers, "cert", out var cert) & TryBinary(papers, "session", out var session);
            members.Add(new Papers(cert, session));
        }
        var manifests = new List<byte[]>();
        foreach (var item in List(file, "manifests", Limits.MaxManifests, ref fits))
        {
            fits &= TryDecode(item, out var manifest);
            manifests.Add(manifest);
        }
        evidence = new Evidence(genesis, manifests, members, testimony, exhibit);
        return fits ? EvidenceError.None : EvidenceError.NotEvidence;
    }

    private static List<JsonElement> List(Dictionary<string, JsonElement> file, string name, int most, ref bool fits)
    {
        List<JsonElement> items =
            file.TryGetValue(name, out var list) && list.ValueKind == JsonValueKind.Array
                ? [.. list.EnumerateArray()]
                : [];
        fits &= items.Count >= 1 && items.Count <= most;
        return fits ? items : [];
    }

    private static string TextOf(Dictionary<string, JsonElement> file, string name) =>
        file.TryGetValue(name, out var value) ? Recovery.Said(value) : "";

    private static bool TryBinary(Dictionary<string, JsonElement> file, string name, out byte[] bytes)
    {
        bytes = [];
        return file.TryGetValue(name, out var value) && TryDecode(value, out bytes);
    }

    private static bool TryDecode(JsonElement value, out byte[] bytes)
    {
        bytes = [];
        return value.ValueKind == JsonValueKind.String
            && Recovery.Unicode(value.GetString) is { } text
            && Base64Text.TryRead(text, out bytes);
    }

    private EvidenceFinding? Judge(string room, out EvidenceError error)
    {
        var spoken = Rooms.Testimony.TryParse(Testimony, out var testimony, out _);
        error = EvidenceError.Room;
        if (
            !Rooms.Genesis.TryParse(Genesis, out var genesis, out _)
            || !string.Equals(room, genesis.Room.ToString(), StringComparison.Ordinal)
        )
            return null;
        using var state = new RoomState(genesis, testimony?.Incarnation ?? default, Side.Client);
        foreach (var bytes in Manifests)
        {
            if (
                !Manifest.TryParse(bytes, out var manifest, out _)
                || manifest.Version != state.Manifests.Count
                || !state.AddManifest(manifest).IsOk
            )
                return null;
        }
        error = EvidenceError.Papers;
        var members = new List<MemberSession>();
        foreach (var (certBytes, sessionBytes) in Members)
        {
            if (
                !Cert.TryParse(certBytes, out var cert, out _)
                || !Session.TryParse(sessionBytes, out var session, out _)
                || !state.Meet(cert, session, live: false).IsOk
                || !state.TryGetSession(session.Id, out var member)
            )
                return null;
            members.Add(member);
        }
        error = EvidenceError.Witness;
        var stands =
            spoken
            && testimony!.Room == state.Room
            && testimony.Session == members[0].Id
            && testimony.ExhibitHash == Rooms.Testimony.HashOf(Exhibit)
            && Rooms.Testimony.IsSignedBy(Testimony, members[0].Key);
        if (!stands)
            return null;
        var exhibit = new Exhibit(state, testimony!, Exhibit, members.ElementAtOrDefault(1));
        error = exhibit.Judge();
        return error == EvidenceError.None
            ? new EvidenceFinding(
                testimony!.Kind,
                testimony.Stream,
                testimony.Seq,
                testimony.Time,
                members[0].Member,
                exhibit.Against
            )
            : null;
    }
}
