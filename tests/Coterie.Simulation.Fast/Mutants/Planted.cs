namespace Coterie.Simulation.Mutants;

/// <summary>The bugs that are planted: in the judge, the certificates, the rules' chain, the member and the hub.</summary>
internal static class Planted
{
    private const string State = "src/Coterie.Protocol/Rooms/RoomState.cs";
    private const string Clauses = "src/Coterie.Protocol/Rooms/Clauses.cs";
    private const string Membership = "src/Coterie.Protocol/Rooms/Membership.cs";
    private const string Admittance = "src/Coterie.Protocol/Rooms/Admittance.cs";
    private const string Member = "src/Coterie.Protocol/Rooms/MemberSession.cs";
    private const string Chain = "src/Coterie.Protocol/Rooms/ManifestChain.cs";
    private const string Tree = "src/Coterie.Protocol/Rooms/TreeState.cs";
    private const string LowS = "src/Coterie.Protocol/Keys/LowS.cs";
    private const string Classes = "src/Coterie.Protocol/Wire/Classes.cs";
    private const string Person = "src/Coterie.Client/Member.cs";
    private const string Judge = "src/Coterie.Client/StreamJudge.cs";
    private const string Receiving = "src/Coterie.Client/Member.Receiving.cs";
    private const string Handshake = "src/Coterie.Client/Handshake.cs";
    private const string Appending = "src/Coterie.Hub/Rooms/Room.Appending.cs";
    private const string Joining = "src/Coterie.Hub/Rooms/Room.Joining.cs";

    public static IReadOnlyList<Mutant> All { get; } =
    [
        new(
            "a gap is taken",
            ["DropRecord", "ReorderRecords", "LieAboutSeq", "HideStream"],
            false,
            new Edit(
                State,
                "seq != stream.Heads.Seq + 1",
                "BUG ? seq <= stream.Heads.Seq : seq != stream.Heads.Seq + 1"
            )
        ),
        new(
            "a position is taken twice",
            ["DuplicateRecord", "LieAboutSeq", "ReplayOldEpoch"],
            true,
            new Edit(
                State,
                "seq != stream.Heads.Seq + 1",
                "BUG ? seq > stream.Heads.Seq + 1 : seq != stream.Heads.Seq + 1"
            )
        ),
        new(
            "zeros are a signature",
            ["StripSignature"],
            false,
            new Edit(
                Judge,
                "record.Verify(author!.Key)",
                "(record.Verify(author!.Key) || (BUG && !record.Signature.ContainsAnyExcept((byte)0)))"
            )
        ),
        new(
            "a high s is taken",
            ["MalleateSignature"],
            false,
            new Edit(LowS, "&& s.SequenceCompareTo(HalfOrder) <= 0", "&& (BUG || s.SequenceCompareTo(HalfOrder) <= 0)")
        ),
        new(
            "clients ask for no signature",
            [
                "FlipSignature",
                "ResignRecord",
                "StealSession",
                "StripSignature",
                "MalleateSignature",
                "WrongKey",
                "FlipContent",
            ],
            false,
            new Edit(Judge, "record.Verify(author!.Key)", "(BUG || record.Verify(author!.Key))")
        ),
        new(
            "the hub asks for no signature",
            ["WrongKey"],
            false,
            new Edit(
                Appending,
                "state.Accept(judged, record, judged.Verify(record), now, out var head)",
                "state.Accept(judged, record, BUG || judged.Verify(record), now, out var head)"
            )
        ),
        new(
            "another room's records are taken",
            ["ReplayOtherRoom"],
            false,
            new Edit(Clauses, "record.Room != room.Room", "(!BUG && record.Room != room.Room)")
        ),
        new(
            "older rules are taken behind newer ones",
            ["ReplayOldEpoch", "KickedReturns"],
            true,
            new Edit(
                Clauses,
                "row.Durable && record.Version < (stream?.VersionFloor ?? 0)",
                "!BUG && row.Durable && record.Version < (stream?.VersionFloor ?? 0)"
            )
        ),
        new(
            "the epoch of a certificate does not matter",
            ["KickedReturns"],
            false,
            new Edit(
                Member,
                "!Admittance.CertHolds(Cert, IssuerKey, manifest)",
                "!BUG && !Admittance.CertHolds(Cert, IssuerKey, manifest)"
            )
        ),
        new(
            "the lock list does not matter",
            ["WriteWhileLocked"],
            true,
            new Edit(Member, "!Admittance.LockAllows(Cert, manifest)", "!BUG && !Admittance.LockAllows(Cert, manifest)")
        ),
        new(
            "a viewer may disclose",
            ["ViewerWrites"],
            false,
            new Edit(
                Admittance,
                "role == Role.Editor || ViewerMay",
                "role == Role.Editor || (BUG && row.Class == RecordClass.Disclosure) || ViewerMay"
            )
        ),
        new(
            "read-only stops nobody",
            ["WriteReadOnly"],
            true,
            new Edit(Admittance, "row.StoppedByReadOnly && Has(", "!BUG && row.StoppedByReadOnly && Has(")
        ),
        new(
            "editors may fence",
            ["EditorFences"],
            false,
            new Edit(Admittance, "!row.OwnerOnly", "(BUG || !row.OwnerOnly)")
        ),
        new(
            "reserved classes are taken",
            ["AttestFalseSnapshot"],
            false,
            new Edit(Admittance, "if (row.Reserved)", "if (!BUG && row.Reserved)")
        ),
        new(
            "the hub lets counters skip",
            ["SkipCounter", "ForgeAck"],
            false,
            new Edit(
                Clauses,
                "? record.Counter == (stream?.Counter(record.Session) ?? 0) + 1",
                "? record.Counter == (stream?.Counter(record.Session) ?? 0) + 1 || (BUG && side == Side.Hub && record.Counter > (stream?.Counter(record.Session) ?? 0))"
            )
        ),
        new(
            "counters may come again",
            ["ReplayRecord", "ReplayInLog", "SkipCounter"],
            true,
            new Edit(
                Clauses,
                "? record.Counter == (stream?.Counter(record.Session) ?? 0) + 1",
                "? record.Counter == (stream?.Counter(record.Session) ?? 0) + 1 || (BUG && record.Counter <= (stream?.Counter(record.Session) ?? 0))"
            )
        ),
        new(
            "signals may come again",
            ["ReplaySignal"],
            true,
            new Edit(
                Clauses,
                "record.Counter > session!.Ephemeral(record.Class)",
                "(BUG || record.Counter > session!.Ephemeral(record.Class))"
            )
        ),
        new(
            "signals need no signature",
            ["ForgeSignal"],
            false,
            new Edit(
                Judge,
                "var holds = !Classes.Row(record.Class).Signed",
                "var holds = BUG || !Classes.Row(record.Class).Signed"
            )
        ),
        new(
            "any class goes into any stream",
            ["WrongStream"],
            false,
            new Edit(
                Clauses,
                "(row.Streams & room.Fixed.Place(record.Stream)) != default",
                "(BUG || (row.Streams & room.Fixed.Place(record.Stream)) != default)"
            )
        ),
        new(
            "any clear part fits",
            ["OddClear"],
            false,
            new Edit(
                Classes,
                "return clear.Length > shape.Bytes && clear.Length",
                "return BUG || clear.Length > shape.Bytes && clear.Length"
            )
        ),
        new(
            "a snapshot may name what it likes",
            ["FalseSnapshot"],
            false,
            new Edit(
                Clauses,
                "RecordClass.Snapshot => SnapshotFits(record)",
                "RecordClass.Snapshot => BUG || SnapshotFits(record)"
            )
        ),
        new(
            "everybody deletes every file",
            ["EditorDeletesAnothers"],
            false,
            new Edit(
                Tree,
                "owner || AllBy(node, author)",
                "owner || (BUG && node.Kind == NodeKind.File) || AllBy(node, author)"
            )
        ),
        new(
            "a file is a folder",
            ["BreakTree"],
            false,
            new Edit(
                Tree,
                "parent is { Lives: true, Folder: true }",
                "parent is { Lives: true } && (BUG || parent.Folder)"
            )
        ),
        new(
            "the hub takes any view of the past",
            ["LieAboutSeen"],
            true,
            new Edit(Clauses, "!SeenHolds(record)", "!(BUG && side == Side.Hub) && !SeenHolds(record)")
        ),
        new(
            "what does not open is taken as it is",
            ["GarbagePayload"],
            false,
            new Edit(
                Judge,
                "            payload is not null,\n",
                "            payload is not null || (BUG && applies),\n"
            )
        ),
        new(
            "the head of a stream is not compared",
            ["LieAboutHead"],
            true,
            new Edit(Judge, "target.Seq == seq && !Claim(", "target.Seq == seq && !BUG && !Claim(")
        ),
        new(
            "a log may end sooner than it did",
            ["HideStream", "RollBack", "TruncateStream"],
            true,
            new Edit(State, "if (endsAt < seq ||", "if ((!BUG && endsAt < seq) ||")
        ),
        new(
            "an ack is believed as it comes",
            ["ForgeAck", "MisplaceAck"],
            true,
            new Edit(
                State,
                "if (!known || Chain.Next(before, seq, serverTime, own.Hash()) != head)",
                "if (!known || (!BUG && Chain.Next(before, seq, serverTime, own.Hash()) != head))"
            )
        ),
        new(
            "manifests are not signed",
            ["ForgeManifest"],
            false,
            new Edit(
                Chain,
                "!Signed(next, before.Owners[next.Signer].Sign)",
                "(!BUG && !Signed(next, before.Owners[next.Signer].Sign))"
            )
        ),
        new(
            "a second manifest of a version is passed over",
            ["TwoManifests"],
            false,
            new Edit(
                Chain,
                "fault is Rule.None ? Verdict.Alarm",
                "fault is Rule.None && BUG ? Verdict.Ok : fault is Rule.None ? Verdict.Alarm"
            )
        ),
        new(
            "the hub takes two manifests of a version",
            ["OwnersRace"],
            true,
            new Edit(Chain, "if (next.Version < Count)", "if (next.Version < Count && !(BUG && atHub))")
        ),
        new(
            "certificates are not signed",
            ["SelfMadeRole"],
            false,
            new Edit(Membership, "return cert.IssuedBy(key)", "return BUG || cert.IssuedBy(key)")
        ),
        new(
            "any session goes with any certificate",
            ["SpliceCertificates"],
            false,
            new Edit(Membership, "if (!Names(session, cert))", "if (!BUG && !Names(session, cert))"),
            new Edit(
                Membership,
                "if (!Signed(session, cert))\n            return Verdict.Refused(Rule.S3",
                "if (!BUG && !Signed(session, cert))\n            return Verdict.Refused(Rule.S3"
            )
        ),
        new(
            "a challenge may be another connection's",
            ["ReplayedSession"],
            false,
            new Edit(Membership, "session.Challenge != challenge", "(!BUG && session.Challenge != challenge)")
        ),
        new(
            "a session may be opened twice",
            ["ClaimSessionTwice"],
            false,
            new Edit(Membership, "sessions.ContainsKey(session.Id))", "(!BUG && sessions.ContainsKey(session.Id)))"),
            new Edit(
                Joining,
                "if (attendances.ContainsKey(session.Id))",
                "if (!BUG && attendances.ContainsKey(session.Id))"
            )
        ),
        new(
            "the hub takes certificates of any epoch",
            ["OldCertificate"],
            true,
            new Edit(
                Membership,
                "        var manifest = manifests.Newest;\n        if (!IssuedUnder(cert, manifest))",
                "        var manifest = manifests.Newest;\n        if (BUG ? IssuerInEpoch(cert).IsEmpty : !IssuedUnder(cert, manifest))"
            )
        ),
        new(
            "a link may be newer than the rules",
            ["HideManifests"],
            true,
            new Edit(Handshake, "!link.Agrees(State.Manifests)", "!BUG && !link.Agrees(State.Manifests)")
        ),
        new(
            "another genesis is taken",
            ["SubstituteGenesis"],
            false,
            new Edit(Handshake, "if (genesis.Room != entry.Room)", "if (!BUG && genesis.Room != entry.Room)")
        ),
        new(
            "another door is passed over",
            ["SwapGrants"],
            false,
            new Edit(
                Handshake,
                "if (!door.TryOpen(manifest, doorKeys!, out var opened))\n",
                "if (BUG && !door.TryOpen(manifest, doorKeys!, out _))\n            return;\n        if (!door.TryOpen(manifest, doorKeys!, out var opened))\n"
            )
        ),
        new(
            "keys of an older epoch are taken",
            ["SwapWraps"],
            false,
            new Edit(
                State,
                "manifest.Epoch != Manifests.Newest.Epoch ||",
                "(!BUG && manifest.Epoch != Manifests.Newest.Epoch) ||"
            )
        ),
        new(
            "pulses are not compared",
            ["ForkRoom,CrossPulse", "LieAboutTime"],
            true,
            new Edit(
                Receiving,
                "judge!.Hear(log, seq, new Digest(head, own.Low), heard.Author);",
                "_ = BUG || judge!.Hear(log, seq, new Digest(head, own.Low), heard.Author);"
            )
        ),
        new(
            "a client takes any view of the past",
            ["ForkRoom,CrossRecord", "LieAboutTime", "LieAboutSeen", "DropFromLog", "ReorderLog"],
            true,
            new Edit(Clauses, "!SeenHolds(record)", "!(BUG && side == Side.Client) && !SeenHolds(record)")
        ),
        new(
            "what waits for rules is forgotten",
            ["DelayRevocation"],
            true,
            new Edit(
                Receiving,
                "            throw new RoomException(Refusal.Alarm, text);\n        }\n        TakeEarly();",
                "            throw new RoomException(Refusal.Alarm, text);\n        }\n        if (!BUG)\n            TakeEarly();"
            )
        ),
        new(
            "a snapshot's counters are forgotten",
            ["ReplayPreSnapshot"],
            false,
            new Edit(
                State,
                "streams[stream].Count(session, counter);",
                "streams[stream].Count(session, BUG ? 0 : counter);"
            )
        ),
        new(
            "a snapshot is passed over",
            ["UnaskedSnapshot"],
            false,
            new Edit(
                Receiving,
                "            default:\n                throw new RoomException(Refusal.OutOfOrder",
                "            case HubFrame.Snapshot when BUG:\n                break;\n            default:\n                throw new RoomException(Refusal.OutOfOrder"
            )
        ),
        new(
            "rules that come before a door end the way in",
            [],
            true,
            new Edit(Handshake, "case (Step.Open, HubFrame.Room):", "case (Step.Open, HubFrame.Room) when !BUG:")
        ),
        new(
            "what is written between two epochs is sealed",
            [],
            true,
            new Edit(Person, "IsLive && !NeedsConnection;", "IsLive && (BUG || !NeedsConnection);")
        ),
    ];
}
