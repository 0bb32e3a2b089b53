using Coterie.Protocol.Tests.Vectors;
using Coterie.Protocol.Tests.Worlds;

namespace Coterie.Protocol.Tests.Fuzz;

public sealed class ParserFuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 200; // of every sample
    private const long MaxAllocatedPerByte = 2_000; // what our answers and a manifest's lists need, with room to spare
    private const long MaxAllocatedBytes = 256 * 1024;

    [Fact]
    public void R1_K8_M1_P1_W1_any_bytes_give_a_value_or_a_named_error_and_no_unbounded_memory()
    {
        var dice = Dice.Throw(output);
        using var world = new World(dice.Next());
        foreach (var (name, kind, bytes) in Samples.Of(world))
        {
            Assert.True(Answer.To(kind, bytes).ContainsKey("ok"), $"{name}: {Answer.To(kind, bytes)}");
            for (var round = 0; round < Rounds; round++)
            {
                var input = round % 10 == 0 ? dice.Bytes(dice.Below(300)) : Mutation.Bend(bytes, bytes, dice);
                var before = GC.GetAllocatedBytesForCurrentThread();
                var answer = Answer.To(kind, input);
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(answer.ContainsKey("ok") || answer.ContainsKey("error"));
                Assert.True(
                    allocated < MaxAllocatedBytes + MaxAllocatedPerByte * input.Length,
                    $"{allocated} bytes for {kind} {Convert.ToHexStringLower(input)}"
                );
            }
        }
    }
}
