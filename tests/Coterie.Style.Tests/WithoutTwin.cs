namespace Coterie.Style.Tests;

/// <summary>Protocol files that exist in one language only, and why. All others have their twin under the same name.</summary>
internal static class WithoutTwin
{
    private static readonly (string Reason, string[] Names)[] Groups =
    [
        (
            "C# keeps one file per frame; TypeScript has them in ClientFrame, HubFrame and Message",
            [
                "Wire/Answers",
                "Wire/BlobList",
                "Wire/Blobs",
                "Wire/Carriers",
                "Wire/Entering",
                "Wire/Founding",
                "Wire/Frame",
                "Wire/Greeting",
                "Wire/Knocking",
                "Wire/Members",
                "Wire/Subscribing",
                "Wire/Wraps",
                "Wire/Message",
            ]
        ),
        (
            "C# gives fixed-size values types of their own; TypeScript has them as bytes and unions",
            ["Wire/Bits128", "Wire/Digest", "Wire/RecordClass", "Wire/RecordHeader", "Rooms/Role", "Wire/Bytes"]
        ),
        (
            "the same idea under the word that its platform uses",
            ["Rooms/Clauses", "Rooms/Judgement", "Rooms/Membership", "Rooms/Members"]
        ),
        (
            "WebCrypto signs asynchronously with key objects of its own; C# holds keys and checks at once",
            [
                "Keys/SigningKey",
                "Keys/DhKey",
                "Keys/VerifyKey",
                "Keys/ImportedKeys",
                "Keys/LowS",
                "Keys/KeyPair",
                "Keys/Signature",
                "Keys/Subtle",
                "Rooms/Judged",
                "Rooms/Steps",
                "Rooms/Verifier",
                "Rooms/RecordKeys",
                "Rooms/RecordOpener",
            ]
        ),
        ("TypeScript takes Argon2id from a package, and C# writes it on its own Blake2b", ["Keys/Blake2b"]),
        (
            "the digest and the packed states stand per stream kind in C#, in one file each in TypeScript",
            [
                "Rooms/ChatSnapshot",
                "Rooms/FileState",
                "Rooms/SnapshotTail",
                "Rooms/TreeSnapshot",
                "Rooms/FileSnapshot",
                "Rooms/SnapshotState",
                "Rooms/Digest",
            ]
        ),
        (
            "C# splits what the hub and a member share; in TypeScript it lies in Session, Door, Cert and Manifest",
            ["Rooms/Admittance", "Rooms/DoorKeys", "Rooms/ManifestDraft", "Rooms/MemberSession"]
        ),
        (
            "the edit pre-check comes to C# with the documents it reads",
            ["Rooms/Edit", "Rooms/YjsReader", "Rooms/YjsUpdate"]
        ),
        ("C# links a node to its siblings; TypeScript keeps plain values in TreeState", ["Rooms/TreeNode"]),
        ("C# embeds the words as a text resource", ["Rooms/WordList"]),
        ("TypeScript names a folder's exports in a file", ["Wire/index", "Keys/index", "Rooms/index", "Runs/index"]),
    ];

    public static Dictionary<string, string> Reasons { get; } =
        Groups
            .SelectMany(group => group.Names, (group, name) => (name, group.Reason))
            .ToDictionary(pair => pair.name, pair => pair.Reason);
}
