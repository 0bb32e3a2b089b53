using Coterie.Bench.Hub.Wire;

namespace Coterie.Bench.Hub.Contenders;

/// <summary>@y/websocket-server: the y-sync protocol, one document for each path, all in memory. It acknowledges nothing.</summary>
internal sealed class YWebsocket : Contender
{
    public override string Name => "y-websocket";

    public override ServerProcess Start(string directory, bool gauged) =>
        ServerProcess.Start(Options.PeerNode, [Path.Combine(Options.Peers, "y-websocket.mjs")]);

    public override Person Person(ServerProcess server, int room, int author, Tally tally) =>
        new Typist(room, author, tally);

    private sealed class Typist(int room, int author, Tally tally) : Person(author, tally)
    {
        public override void Connect(Loop loop, ServerProcess server)
        {
            Connection = Connection.Open(loop, server.Address, $"/room-{room}", this);
            Connection.Send([YSync.Message, YSync.Step1, .. YSync.NothingYet]);
        }

        protected override void Send(int keystroke)
        {
            var frame = new Lib0Writer(stackalloc byte[64]);
            frame.Byte(YSync.Message);
            YSync.WriteKey(ref frame, Author, keystroke);
            Connection!.Send(frame.Written);
        }

        protected override void Read(ReadOnlySpan<byte> message, long now)
        {
            var reader = new Lib0Reader(message);
            if (reader.VarUint() == YSync.Message && YSync.Read(ref reader, Tally, now) == YSync.Step2)
                Joined = true;
        }
    }
}
