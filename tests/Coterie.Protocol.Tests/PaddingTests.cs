using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests;

public sealed class PaddingTests
{
    [Theory]
    [InlineData(0, 64)]
    [InlineData(60, 64)]
    [InlineData(61, 128)]
    [InlineData(4_092, 4_096)]
    [InlineData(4_093, 4_352)]
    [InlineData(9_996, 10_240)]
    [InlineData(131_072, 135_168)]
    public void R2_lengths_are_rounded_to_powers_of_two_and_by_padme(int payload, int padded)
    {
        Assert.Equal(padded, Padding.Padded(payload, RecordClass.Edit));
        Assert.Equal(payload + 4, Padding.Padded(payload, RecordClass.Bytes));
        Assert.Equal(payload + 4, Padding.Padded(payload, RecordClass.Media));
    }

    [Fact]
    public void R2_a_payload_comes_out_as_it_went_in()
    {
        var plaintext = new byte[64];
        plaintext[3] = 2;
        plaintext[4] = 7;
        plaintext[5] = 8;
        Assert.True(Padding.TryOpen(plaintext, RecordClass.Edit, out var payload, out _));
        Assert.Equal([7, 8], payload.ToArray());
    }

    [Fact]
    public void R2_a_wrong_padding_length_is_void_by_content()
    {
        var plaintext = new byte[128];
        plaintext[3] = 2;
        Assert.False(Padding.TryOpen(plaintext, RecordClass.Edit, out _, out var error));
        Assert.Equal(WireError.Content, error);
    }

    [Fact]
    public void R2_a_pad_byte_that_is_not_zero_is_void_by_content()
    {
        var plaintext = new byte[64];
        plaintext[3] = 2;
        plaintext[63] = 1;
        Assert.False(Padding.TryOpen(plaintext, RecordClass.Edit, out _, out var error));
        Assert.Equal(WireError.Content, error);
    }

    [Fact]
    public void R1_a_payload_above_its_bound_is_void_by_content()
    {
        var most = new byte[Padding.Padded(Limits.MaxPayloadBytes, RecordClass.Edit)];
        most[1] = 2;
        Assert.True(Padding.TryOpen(most, RecordClass.Edit, out var payload, out _));
        Assert.Equal(Limits.MaxPayloadBytes, payload.Length);
        most[3] = 1;
        Assert.False(Padding.TryOpen(most, RecordClass.Edit, out _, out _));
    }
}
