namespace Coterie.Protocol;

/// <summary>
/// Every bound of the protocol, with its unit in its name or comment (PROTOCOL.md L1). The twin is clients/core/src/limits.ts;
/// a vector keeps both equal. What happens at each bound is a test.
/// </summary>
public static class Limits
{
    public const int MaxPayloadBytes = 128 * 1024; // plaintext of one record
    public const int MaxClearBytes = 2 * 1024; // clear part of one record
    public const int MaxRecordBytes = 144 * 1024; // header, clear part, padded ciphertext, signature
    public const int MaxFrameBytes = 160 * 1024; // one frame from a client
    public const int MaxMessageBytes = 256 * 1024; // one WebSocket message from a client
    public const int MaxManifestBytes = 32 * 1024;
    public const int MaxManifests = 4_096; // versions of one room
    public const int MaxTitleBytes = 200; // room name, UTF-8
    public const int MaxOwners = 16;
    public const int MaxKeepers = 16;
    public const int MaxLockedMembers = 1_024;
    public const int MaxDoors = 16;
    public const int MaxWraps = 256; // in one frame
    public const int MaxKeptWraps = 1_024; // of one room
    public const int MaxKnocks = 64; // of one room at once
    public const int MaxLetterBytes = 314; // sealed, of who knocks to one owner
    public const int MaxPasswordBytes = 1_024; // UTF-8, after NFC
    public const int MaxAdminKeyBytes = 256; // in a create frame
    public const int MaxErrorTextBytes = 1_024; // UTF-8, of an error or refusal
    public const int MaxNameBytes = 200; // UTF-8, of a person, file or folder
    public const int MaxChatBytes = 16 * 1024; // UTF-8, one message
    public const int MaxSelections = 16; // in one presence record
    public const int MaxPulseStreams = 64; // in one pulse
    public const int MaxHighlights = 8; // of one session at once
    public const int MaxCleared = 64; // in one signal
    public const int MaxStates = 16; // in one signal
    public const int MaxNodes = 20_000; // ever created in one room's tree
    public const int MaxDepth = 64; // folders above a node
    public const int SeenWindow = 4_096; // positions that seenSeq may lie behind the head
    public const int MaxSessionsPerRoom = 64; // live
    public const int MaxSessionsPerMember = 8; // live
    public const int MaxStateBytes = 16 * 1024 * 1024; // of a snapshot, unpacked
    public const int PresencePerSecond = 30;
    public const int PresenceBurst = 10;
    public const int PulseSeconds = 5;
    public const int SnapshotBytes = 64 * 1024; // least log since the last snapshot before one is due
    public const int MemoryRoomGraceSeconds = 5 * 60; // after the last session
    public const int BlobChunkBytes = 128 * 1024; // content of one chunk, before its tag
    public const int MaxBlobBytes = 128 * 1024 * 1024; // content of one blob; an operator sets less
    public const int BlobChunksUnderWay = 4; // that a client sends, or asks for, without an answer
    public const int BlobGraceSeconds = 60 * 60; // that a blob is kept which nothing names
    public const int MaxRunRequests = 64; // of one room that are good for a start, at once
    public const int RunRequestSeconds = 60; // that a request is good for a start
    public const int RunGraceSeconds = 10; // that a run goes on whose author has no live session
    public const int RunKeptSeconds = 10 * 60; // that the events of a run are kept behind its end
    public const int MaxRunOrderBytes = 8 * 1024 * 1024; // of an order, before it is sealed
    public const int MaxRunFiles = 1_000; // of one run
    public const int MaxRunPathBytes = 1_024; // UTF-8, of one path
    public const int MaxRunPathsBytes = 64 * 1024; // UTF-8, of all paths of a run
    public const int MaxRunArguments = 64; // of one run
    public const int MaxRunArgumentBytes = 4_096; // UTF-8, of one argument
    public const int MaxRunArgumentsBytes = 16 * 1024; // UTF-8, of all arguments of a run
    public const int MaxRunInputBytes = 1024 * 1024; // that a program is given before anything is typed
    public const int MaxRunTypedBytes = 16 * 1024; // in one command
    public const int MaxRunSaidBytes = 64 * 1024; // in one event
    public const int MaxRunSizes = 1_000; // that a run's terminal has, one after the other
    public const int MaxRunLanguageBytes = 32; // ASCII, of a language's id
    public const int MaxEvidenceCharacters = 32 * 1024 * 1024; // UTF-16 units of one file
}
