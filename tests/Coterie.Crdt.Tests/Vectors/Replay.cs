using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Tests.Vectors;

/// <summary>Does the steps of a recorded session anew, with a document for each client, and keeps the updates they emit.</summary>
internal sealed class Replay
{
    private const string Typing = "local";
    private const string Remote = "remote";
    private readonly Session _session;
    private readonly Shortcuts _shortcuts;
    private readonly Peer[] _peers;

    /// <summary>A client: its document, its undo manager in sessions that undo, and what it emitted in the current step.</summary>
    private sealed class Peer
    {
        public required YDoc Doc { get; init; }
        public UndoManager? Undo { get; init; }
        public List<(byte[] V1, byte[] V2)> Emitted { get; } = [];
        public List<string> Events { get; } = [];
    }

    public Replay(Session session, Shortcuts shortcuts = Shortcuts.All)
    {
        _shortcuts = shortcuts;
        _session = session;
        _peers = [.. session.Clients.Select(NewPeer)];
        Updates = new (byte[], byte[])[session.Updates.Length];
    }

    /// <summary>The updates that were emitted, by the index that the session gives each.</summary>
    public (byte[] V1, byte[] V2)[] Updates { get; }

    public YDoc Doc(int client) => _peers[client].Doc;

    /// <summary>Called behind each step with its index.</summary>
    public Action<int>? AfterStep { get; set; }

    public void Run()
    {
        for (var at = 0; at < _session.Steps.Length; at++)
        {
            Step(_session.Steps[at], at);
            AfterStep?.Invoke(at);
        }
    }

    private Peer NewPeer(ulong id)
    {
        var doc = new YDoc(
            new YDocOptions
            {
                ClientId = id,
                Gc = _session.Gc,
                GcFilter = _session.Kind == "gc-filter" ? IsForgotten : null,
                Shortcuts = _shortcuts,
            }
        );
        doc.Store.StepsBeforeOrder = 0;
        var roots = _session.Roots.Select(each => State.Root(doc, each.Key, (string)each.Value!)).ToList();
        var peer = new Peer
        {
            Doc = doc,
            Undo = _session.Kind.StartsWith("undo", StringComparison.Ordinal)
                ? (_session.Kind == "undo-doc" ? new(doc, Undoing()) : new UndoManager(doc, roots, Undoing()))
                : null,
        };
        if (_session.IsObserved)
            foreach (var root in roots)
                root.ChangedDeep += (events, _) => peer.Events.Add(State.Of(events));
        var v1 = Array.Empty<byte>();
        doc.Updated += (update, _) => v1 = update;
        // What arrives is told again; only what a document changes itself is its own.
        doc.UpdatedV2 += (update, transaction) =>
        {
            if (transaction.IsLocal)
                peer.Emitted.Add((v1, update));
        };
        return peer;
    }

    private static bool IsForgotten(YItem item) => item.Id.Clock % 2 == 0 && item.Length < 4;

    private UndoOptions Undoing()
    {
        var options = new UndoOptions { CaptureTimeout = TimeSpan.FromDays(1), TrackedOrigins = [Typing] };
        if (_session.Kind != "undo-filter")
            return options;
        return options with
        {
            TrackedOrigins = [Typing, Remote],
            CaptureTransaction = static transaction => transaction.IsLocal,
            DeleteFilter = static item => item.Type is null && item.Length < 4,
            IgnoreRemoteMapChanges = true,
        };
    }

    private void Step(ValueObject step, int at)
    {
        var kind = (string)step["t"]!;
        var peer = _peers[(int)(double)(kind == "sync" ? step["to"] : step["c"])!];
        peer.Emitted.Clear();
        peer.Events.Clear();
        switch (kind)
        {
            case "tx":
                peer.Doc.Transact(
                    _ =>
                    {
                        foreach (var operation in Session.Objects(step["ops"]))
                            Operation.Do(peer.Doc, _session.Roots, operation);
                    },
                    Typing
                );
                break;
            case "recv":
                foreach (var update in Session.Ints(step["u"]))
                    Receive(peer, (string)step["codec"]!, _session.Update(update, (string)step["codec"]!));
                break;
            case "sync":
                var codec = (string)step["codec"]!;
                Receive(peer, codec, Session.Base64(step[codec]));
                break;
            case "undo":
                peer.Undo!.Undo();
                break;
            case "redo":
                peer.Undo!.Redo();
                break;
            case "stop":
                peer.Undo?.StopCapturing();
                break;
        }
        peer.Doc.CheckInvariants();
        if (_session.IsObserved)
            Assert.Equal(((object?[]?)step.GetValueOrDefault("events") ?? []).Select(State.Expected), peer.Events);
        if (step.TryGetValue("emits", out var emits))
            Keep(peer, Session.Ints(emits), at);
    }

    private static void Receive(Peer peer, string codec, byte[] update)
    {
        if (codec == "v1")
            peer.Doc.ApplyUpdate(update, Remote);
        else
            peer.Doc.ApplyUpdateV2(update, Remote);
    }

    private void Keep(Peer peer, int[] indexes, int at)
    {
        Assert.True(
            indexes.Length == peer.Emitted.Count,
            $"step {at}: {peer.Emitted.Count} updates instead of {indexes.Length}"
        );
        for (var each = 0; each < indexes.Length; each++)
            Updates[indexes[each]] = peer.Emitted[each];
    }
}
