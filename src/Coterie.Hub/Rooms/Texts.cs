using Coterie.Protocol.Wire;

namespace Coterie.Hub.Rooms;

/// <summary>What to do about a refusal (W8). No secret, no address, no content.</summary>
internal static class Texts
{
    public const string RoomExists = "This room stands already. Join it.";

    public const string SentAway = "An owner removed you from this room. If that was a mistake, ask for a new link.";

    public const string DiskFull =
        "The server's disk is full. What it could not store stays with you, and is sent again until there is space. Tell whoever runs the server.";

    /// <summary>To who sent none of what it could not store.</summary>
    public const string DiskFullForOthers =
        "The server's disk is full. Until there is space again it stores nothing new. Tell whoever runs the server.";

    public static string Of(Refusal refusal) =>
        refusal switch
        {
            Refusal.Suite => "This record is of another suite or another room. Seal it for this room.",
            Refusal.Version => "The room's manifest has changed. Join again and seal under the newest version.",
            Refusal.Session =>
                "This session is not live on this connection, or was used before. Join with a new session.",
            Refusal.Cert => "The certificate does not hold in this epoch. Ask for a new link.",
            Refusal.Locked => "The room is locked: only who was in it may come in. Ask an owner to unlock it.",
            Refusal.Forbidden => "Your role or the room's policy does not allow this. Ask an owner.",
            Refusal.Counter =>
                "An earlier record of this session was refused, or one is missing. Join with a session that replaces this one and seal again.",
            Refusal.Stream => "This class does not belong on this stream, or the file does not exist any more.",
            Refusal.StreamRule => "The tree does not allow this change any more. Read the tree and try again.",
            Refusal.Seen => "The record does not follow this stream's history. Catch up and seal again.",
            Refusal.Signature => "The signature does not hold. Check the member's key.",
            Refusal.Origin =>
                "The session names an origin that this server does not answer for. Open the page by the server's own address.",
            Refusal.ManifestConflict => "Another manifest took this version. Read it and make yours the next one.",
            Refusal.ManifestInvalid =>
                "The manifest or its doors are not valid. Make it again from the newest version.",
            Refusal.Reserved => "This class of record has no use yet.",
            Refusal.RoomFull =>
                "The room is full: as many are in it, or as much is stored in it, as this server allows. Close other tabs of yours in it, try again when someone has left, or ask whoever runs the server for more.",
            Refusal.TooLarge => "More than this server takes at once or keeps. Send less.",
            Refusal.Wrap => "These keys are not signed by an owner of the newest rules. Make them again.",
            Refusal.Removed =>
                "An owner changed the room's keys, and none are kept for you: you were removed, or were away too long. Ask an owner for a new link.",
            Refusal.Expired => "An owner let this link work until a time that is over. Ask for a new one.",
            Refusal.Blob => "The content that this names is not here. Send it first, then try again.",
            Refusal.TurnedAway => "An owner did not let you in. If that was a mistake, talk to them, then try again.",
            Refusal.Forked =>
                "What you hold of this stream is not what this server holds. Stop and compare with the other members.",
            Refusal.StorageFailed => DiskFull,
            _ => "The server refused this.",
        };
}
