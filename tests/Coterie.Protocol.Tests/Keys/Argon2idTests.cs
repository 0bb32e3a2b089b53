using System.Text;
using Coterie.Protocol.Keys;
using Xunit;

namespace Coterie.Protocol.Tests.Keys;

public sealed class Argon2idTests
{
    [Fact]
    public void K3_agrees_with_the_vector_of_RFC_9106()
    {
        var tag = Argon2id.Derive(
            Filled(32, 1),
            Filled(16, 2),
            Filled(8, 3),
            Filled(12, 4),
            new Argon2id.Cost(MemoryKib: 32, Passes: 3, Lanes: 4),
            hashBytes: 32
        );
        Assert.Equal("0D640DF58D78766C08C037A34A8B53C9D01EF0452D75B65EB52520E96B01E659", Convert.ToHexString(tag));
    }

    [Theory]
    [InlineData(
        "",
        "786A02F742015903C6C6FD852552D272912F4740E15847618A86E217F71F5419D25E1031AFEE585313896444934EB04B903A685B1448B755D56F701AFE9BE2CE"
    )]
    [InlineData(
        "abc",
        "BA80A53F981C4D0D6A2797B69F12F6E94C212F14685AC4B74B12BB6FDBFFA2D17D87C5392AAB792DC252D5DE4533CC9518D38AA8DBF1925AB92386EDD4009923"
    )]
    public void K3_its_BLAKE2b_agrees_with_RFC_7693(string text, string expected)
    {
        var hash = new byte[64];
        Blake2b.Hash(Encoding.ASCII.GetBytes(text), hash);
        Assert.Equal(expected, Convert.ToHexString(hash));
    }

    [Fact]
    public void K3_two_spellings_of_one_password_give_one_key()
    {
        var salt = Filled(16, 9);
        Assert.Equal(Argon2id.Derive("caf\u00e9", salt), Argon2id.Derive("cafe\u0301", salt));
    }

    [Fact]
    public void L1_a_password_of_the_greatest_length_is_taken_and_one_byte_more_is_refused()
    {
        var salt = Filled(16, 9);
        Assert.Equal(32, Argon2id.Derive(new string('x', Limits.MaxPasswordBytes), salt).Length);
        Assert.Throws<ArgumentException>(() => Argon2id.Derive(new string('x', Limits.MaxPasswordBytes + 1), salt));
        Assert.Throws<ArgumentException>(() => Argon2id.Derive("", salt));
        Assert.Throws<ArgumentException>(() => Argon2id.Derive("x", Filled(15, 9)));
    }

    private static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, value);
        return bytes;
    }
}
