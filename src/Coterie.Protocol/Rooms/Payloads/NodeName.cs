using System.Text;
using System.Text.Unicode;

namespace Coterie.Protocol.Rooms.Payloads;

/// <summary>T6: what a file or folder may be called.</summary>
public static class NodeName
{
    /// <summary>1–200 bytes of UTF-8, not <c>.</c> or <c>..</c>, without <c>/</c>, <c>\</c> and control characters.</summary>
    public static bool IsValid(ReadOnlySpan<byte> name)
    {
        if (
            name.Length is 0 or > Limits.MaxNameBytes
            || !Utf8.IsValid(name)
            || name is [(byte)'.'] or [(byte)'.', (byte)'.']
        )
            return false;
        while (Rune.DecodeFromUtf8(name, out var rune, out var length) == System.Buffers.OperationStatus.Done)
        {
            if (rune.Value is '/' or '\\' or <= 0x1f or (>= 0x7f and <= 0x9f))
                return false;
            name = name[length..];
        }
        return true;
    }
}
