/**
 * Every bound of the protocol, with its unit in its name or comment (PROTOCOL.md L1). The twin is src/Coterie.Protocol/Limits.cs;
 * a vector keeps both equal. What happens at each bound is a test.
 */
export const Limits = {
  MaxPayloadBytes: 128 * 1024, // plaintext of one record
  MaxClearBytes: 2 * 1024, // clear part of one record
  MaxRecordBytes: 144 * 1024, // header, clear part, padded ciphertext, signature
  MaxFrameBytes: 160 * 1024, // one frame from a client
  MaxMessageBytes: 256 * 1024, // one WebSocket message from a client
  MaxManifestBytes: 32 * 1024,
  MaxManifests: 4_096, // versions of one room
  MaxTitleBytes: 200, // room name, UTF-8
  MaxOwners: 16,
  MaxKeepers: 16,
  MaxLockedMembers: 1_024,
  MaxDoors: 16,
  MaxWraps: 256, // in one frame
  MaxKeptWraps: 1_024, // of one room
  MaxKnocks: 64, // of one room at once
  MaxLetterBytes: 314, // sealed, of who knocks to one owner
  MaxPasswordBytes: 1_024, // UTF-8, after NFC
  MaxAdminKeyBytes: 256, // in a create frame
  MaxErrorTextBytes: 1_024, // UTF-8, of an error or refusal
  MaxNameBytes: 200, // UTF-8, of a person, file or folder
  MaxChatBytes: 16 * 1024, // UTF-8, one message
  MaxSelections: 16, // in one presence record
  MaxPulseStreams: 64, // in one pulse
  MaxHighlights: 8, // of one session at once
  MaxCleared: 64, // in one signal
  MaxStates: 16, // in one signal
  MaxNodes: 20_000, // ever created in one room's tree
  MaxDepth: 64, // folders above a node
  SeenWindow: 4_096, // positions that seenSeq may lie behind the head
  MaxSessionsPerRoom: 64, // live
  MaxSessionsPerMember: 8, // live
  MaxStateBytes: 16 * 1024 * 1024, // of a snapshot, unpacked
  PresencePerSecond: 30,
  PresenceBurst: 10,
  PulseSeconds: 5,
  SnapshotBytes: 64 * 1024, // least log since the last snapshot before one is due
  MemoryRoomGraceSeconds: 5 * 60, // after the last session
  BlobChunkBytes: 128 * 1024, // content of one chunk, before its tag
  MaxBlobBytes: 128 * 1024 * 1024, // content of one blob; an operator sets less
  BlobChunksUnderWay: 4, // that a client sends, or asks for, without an answer
  BlobGraceSeconds: 60 * 60, // that a blob is kept which nothing names
  MaxRunRequests: 64, // of one room that are good for a start, at once
  RunRequestSeconds: 60, // that a request is good for a start
  RunGraceSeconds: 10, // that a run goes on whose author has no live session
  RunKeptSeconds: 10 * 60, // that the events of a run are kept behind its end
  MaxRunOrderBytes: 8 * 1024 * 1024, // of an order, before it is sealed
  MaxRunFiles: 1_000, // of one run
  MaxRunPathBytes: 1_024, // UTF-8, of one path
  MaxRunPathsBytes: 64 * 1024, // UTF-8, of all paths of a run
  MaxRunArguments: 64, // of one run
  MaxRunArgumentBytes: 4_096, // UTF-8, of one argument
  MaxRunArgumentsBytes: 16 * 1024, // UTF-8, of all arguments of a run
  MaxRunInputBytes: 1024 * 1024, // that a program is given before anything is typed
  MaxRunTypedBytes: 16 * 1024, // in one command
  MaxRunSaidBytes: 64 * 1024, // in one event
  MaxRunSizes: 1_000, // that a run's terminal has, one after the other
  MaxRunLanguageBytes: 32, // ASCII, of a language's id
  MaxEvidenceCharacters: 32 * 1024 * 1024, // UTF-16 units of one file
} as const;
