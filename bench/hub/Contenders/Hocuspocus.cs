using System.Text;
using Coterie.Bench.Hub.Wire;

namespace Coterie.Bench.Hub.Contenders;

/// <summary>
/// Hocuspocus 4 with SQLite: y-sync behind the document's name, after an authentication message. It answers every update
/// with a sync status, which its provider shows to people as "synced"; that is what counts here as "saved".
/// </summary>
internal sealed class Hocuspocus : Contender
{
    private const byte Auth = 2;
    private const byte SyncReply = 4;
    private const byte SyncStatus = 8;

    public override string Name => "hocuspocus";

    public override ServerProcess Start(string directory, bool gauged) =>
        ServerProcess.Start(
            Options.PeerNode,
            [Path.Combine(Options.Peers, "hocuspocus.mjs"), Path.Combine(directory, "hocuspocus.sqlite")]
        );

    public override Person Person(ServerProcess server, int room, int author, Tally tally) =>
        new Typist(room, author, tally);

    private sealed class Typist(int room, int author, Tally tally) : Person(author, tally)
    {
        private readonly byte[] name = Encoding.ASCII.GetBytes($"room-{room}");
        private int acked;

        public override void Connect(Loop loop, ServerProcess server)
        {
            Connection = Connection.Open(loop, server.Address, "/", this);
            Span<byte> space = stackalloc byte[64];
            var frame = new Lib0Writer(space);
            frame.Bytes(name);
            frame.Byte(Auth);
            frame.Byte(0); // a token
            frame.Bytes("-"u8);
            Connection.Send(frame.Written);
            frame = new Lib0Writer(space);
            frame.Bytes(name);
            frame.Byte(YSync.Message);
            frame.Byte(YSync.Step1);
            frame.Bytes([0]);
            Connection.Send(frame.Written);
        }

        protected override void Send(int keystroke)
        {
            var frame = new Lib0Writer(stackalloc byte[96]);
            frame.Bytes(name);
            frame.Byte(YSync.Message);
            YSync.WriteKey(ref frame, Author, keystroke);
            Connection!.Send(frame.Written);
        }

        protected override void Read(ReadOnlySpan<byte> message, long now)
        {
            var reader = new Lib0Reader(message);
            reader.Bytes(); // the document's name
            switch (reader.VarUint())
            {
                case YSync.Message or SyncReply:
                    if (YSync.Read(ref reader, Tally, now) == YSync.Step2)
                        Joined = true;
                    break;
                case SyncStatus when reader.VarUint() == 1 && acked < Typed:
                    Tally.Acked(Author, acked++, now); // one for each update, in order
                    break;
            }
        }
    }
}
