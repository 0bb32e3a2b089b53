using System.Buffers;
using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Updates;

/// <summary>Format v2: each kind of field in a column of its own, run-length coded; what is left in order behind them.</summary>
internal readonly struct UpdateWriterV2(UpdateWriterV2.Columns columns) : IUpdateWriter
{
    /// <summary>The columns, kept for the next update.</summary>
    internal sealed class Columns
    {
        public readonly ByteWriter Rest = new();
        public DifferenceRunWriter Keys = new();
        public UintRunWriter Clients = new();
        public DifferenceRunWriter LeftClocks = new();
        public DifferenceRunWriter RightClocks = new();
        public ByteRunWriter Infos = new();
        public StringRunWriter Strings = new();
        public ByteRunWriter ParentInfos = new();
        public UintRunWriter TypeRefs = new();
        public UintRunWriter Lengths = new();
        public int KeyCount;
        public int DeleteClock;
        private readonly ByteWriter _all = new();

        public void Clear()
        {
            Rest.Clear();
            Keys.Clear();
            Clients.Clear();
            LeftClocks.Clear();
            RightClocks.Clear();
            Infos.Clear();
            Strings.Clear();
            ParentInfos.Clear();
            TypeRefs.Clear();
            Lengths.Clear();
            KeyCount = 0;
            DeleteClock = 0;
        }

        /// <summary>Gives large buffers back; what was written is good no longer.</summary>
        public void Release()
        {
            Clear();
            Rest.Release();
            Keys.Bytes.Release();
            Clients.Bytes.Release();
            LeftClocks.Bytes.Release();
            RightClocks.Bytes.Release();
            Infos.Bytes.Release();
            Strings.Release();
            ParentInfos.Bytes.Release();
            TypeRefs.Bytes.Release();
            Lengths.Bytes.Release();
            _all.Release();
        }

        public byte[] ToArray() => ByteWriter.Copy(Finish());

        public void CopyTo(IBufferWriter<byte> output) => output.Write(Finish());

        /// <summary>All columns, one behind the other; valid until more is written.</summary>
        public ReadOnlySpan<byte> Finish()
        {
            Keys.Flush();
            Clients.Flush();
            LeftClocks.Flush();
            RightClocks.Flush();
            TypeRefs.Flush();
            Lengths.Flush();
            _all.Clear();
            _all.Byte(0);
            _all.VarBytes(Keys.Bytes.Written);
            _all.VarBytes(Clients.Bytes.Written);
            _all.VarBytes(LeftClocks.Bytes.Written);
            _all.VarBytes(RightClocks.Bytes.Written);
            _all.VarBytes(Infos.Bytes.Written);
            _all.VarBytes(Strings.Finish());
            _all.VarBytes(ParentInfos.Bytes.Written);
            _all.VarBytes(TypeRefs.Bytes.Written);
            _all.VarBytes(Lengths.Bytes.Written);
            _all.Bytes(Rest.Written);
            return _all.Written;
        }
    }

    public ByteWriter Rest => columns.Rest;

    public void LeftId(ulong client, int clock)
    {
        columns.Clients.Write(client);
        columns.LeftClocks.Write(clock);
    }

    public void RightId(ulong client, int clock)
    {
        columns.Clients.Write(client);
        columns.RightClocks.Write(clock);
    }

    public void Beside(byte info, ClientStructs? left, int leftClock, ClientStructs? right, int rightClock)
    {
        Info(info);
        if (left is not null)
            LeftId(left.Id, leftClock);
        if (right is not null)
            RightId(right.Id, rightClock);
    }

    public void Client(ulong client) => columns.Clients.Write(client);

    public void Info(byte info) => columns.Infos.Write(info);

    public void String(ReadOnlySpan<char> text) => columns.Strings.Write(text);

    public void Text(ReadOnlySpan<char> from, int length) => columns.Strings.Write(from[..length]);

    public void ParentInfo(bool byName) => columns.ParentInfos.Write(byName ? (byte)1 : (byte)0);

    public void TypeRef(int type) => columns.TypeRefs.Write((ulong)type);

    public void Length(int length) => columns.Lengths.Write((ulong)length);

    public void Json(object? value) => AnyValue.Write(columns.Rest, value);

    /// <summary>A key gets a new number each time it is written, for so does Yjs.</summary>
    public void Key(string key)
    {
        columns.Keys.Write(columns.KeyCount++);
        columns.Strings.Write(key);
    }

    public void BeginDeletes() => columns.DeleteClock = 0;

    public void Deleted(int clock, int length)
    {
        columns.Rest.VarUints(clock - columns.DeleteClock, length - 1);
        columns.DeleteClock = clock + length;
    }
}
