using System.Buffers;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Simulation.Worlds;

/// <summary>A frame of the hub on its way to a member.</summary>
internal sealed record Passing(HubFrame Type, byte[] Body)
{
    public byte[] Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        Carriers.Write(output, Type, Body);
        return output.WrittenSpan.ToArray();
    }
}
