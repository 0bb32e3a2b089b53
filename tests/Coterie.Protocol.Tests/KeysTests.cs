using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Tests.Worlds;

namespace Coterie.Protocol.Tests;

public sealed class KeysTests
{
    [Fact]
    public void K1_a_hash_is_of_its_label_a_zero_and_the_bytes()
    {
        var expected = SHA256.HashData([.. "coterie/1/room"u8, 0, 1, 2, 3]);
        Assert.Equal(Convert.ToHexStringLower(expected), Hash.Of("room"u8, [1, 2, 3]).ToString());
        Assert.Equal(Hash.Of("room"u8, [1, 2, 3]), Hash.Of("room"u8, [1], [2, 3]));
        Assert.NotEqual(Hash.Of("room"u8, [1, 2, 3]), Hash.Of("roo"u8, [1, 2, 3]));
    }

    [Fact]
    public void K1_a_derivation_is_of_its_label_and_context()
    {
        var key = new byte[32];
        Kdf.Derive([1], [2], "kek"u8, [3], key);
        var expected = HKDF.DeriveKey(HashAlgorithmName.SHA256, [1], 32, [2], [.. "coterie/1/kek"u8, 0, 3]);
        Assert.Equal(expected, key);
        Kdf.Derive([1], [2], "ke"u8, [(byte)'k', 3], key);
        Assert.NotEqual(expected, key);
    }

    [Fact]
    public void K1_a_signature_holds_for_its_label_alone()
    {
        using var key = SigningKey.Create();
        using var check = VerifyKey.Import(key.Public);
        var signature = key.Sign("cert"u8, [1, 2]);
        Assert.True(check.Verify("cert"u8, [1, 2], signature));
        Assert.False(check.Verify("session"u8, [1, 2], signature));
        Assert.False(check.Verify("cert"u8, [1, 3], signature));
    }

    [Fact]
    public void L1_the_keys_imported_at_once_are_bounded_and_one_that_rests_verifies_again()
    {
        var shelf = new ImportedKeys(3);
        var signers = Enumerable.Range(0, 5).Select(_ => SigningKey.Create()).ToArray();
        var keys = signers.Select(signer => VerifyKey.Shelved(signer.Public.ToArray(), shelf)).ToArray();
        void Use(int index) => Assert.True(keys[index].Verify("record"u8, [1], signers[index].Sign("record"u8, [1])));
        Assert.DoesNotContain(keys, key => key.IsImported);
        foreach (var index in (int[])[0, 1, 2, 0, 3]) // 1 was used longest ago
            Use(index);
        Assert.Equal([true, false, true, true, false], keys.Select(key => key.IsImported));
        Use(1);
        Assert.Equal([true, true, false, true, false], keys.Select(key => key.IsImported));
        keys[3].Dispose(); // leaves a place
        Use(4);
        Assert.Equal([true, true, false, false, true], keys.Select(key => key.IsImported));
        Parallel.For(0, 200, turn => Use(turn % 3)); // 0, 1, 2 and 4 want three places
        Assert.Equal(3, keys.Count(key => key.IsImported));
        Array.ForEach(keys, key => key.Dispose());
        Array.ForEach(signers, signer => signer.Dispose());
        Assert.DoesNotContain(keys, key => key.IsImported);
    }

    [Fact]
    public void K2_the_signer_always_writes_a_low_s()
    {
        using var key = SigningKey.Create();
        using var check = VerifyKey.Import(key.Public);
        for (byte i = 0; i < 40; i++)
        {
            var signature = key.Sign("record"u8, [i]);
            Assert.True(Rfc6979.Number(signature.AsSpan(32)) <= Rfc6979.N / 2);
            Assert.True(check.Verify("record"u8, [i], signature));
        }
    }

    [Fact]
    public void K2_a_high_s_is_no_signature_though_ecdsa_would_take_it()
    {
        using var key = SigningKey.Create();
        using var check = VerifyKey.Import(key.Public);
        var low = key.Sign("record"u8, [7]);
        byte[] high = [.. low[..32], .. Rfc6979.Fixed(Rfc6979.N - Rfc6979.Number(low.AsSpan(32)))];
        using var plain = ECDsa.Create(
            new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = key.Public.Slice(1, 32).ToArray(), Y = key.Public[33..].ToArray() },
            }
        );
        byte[] signed = [.. "coterie/1/sig/record"u8, 0, 7];
        Assert.True(plain.VerifyData(signed, high, HashAlgorithmName.SHA256));
        Assert.False(check.Verify("record"u8, [7], high));
    }

    [Theory]
    [InlineData("0", "1")]
    [InlineData("1", "0")]
    [InlineData("n", "1")]
    [InlineData("1", "n/2+1")]
    public void K2_r_and_s_outside_their_range_are_no_signature(string r, string s)
    {
        using var key = SigningKey.Create();
        using var check = VerifyKey.Import(key.Public);
        Assert.False(check.Verify("record"u8, [7], [.. Rfc6979.Fixed(Number(r)), .. Rfc6979.Fixed(Number(s))]));
    }

    [Fact]
    public void K2_two_independent_signers_agree()
    {
        // RFC 6979, A.2.5, SHA-256, message "sample".
        var scalar = Convert.FromHexString("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
        var (r, s) = Rfc6979.Sign(scalar, SHA256.HashData(Encoding.ASCII.GetBytes("sample")));
        Assert.Equal(
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
            Convert.ToHexString(Rfc6979.Fixed(r))
        );
        Assert.Equal(
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
            Convert.ToHexString(Rfc6979.Fixed(s))
        );
        using var key = SigningKey.FromScalar(scalar);
        using var check = VerifyKey.Import(key.Public);
        Assert.True(check.Verify("cert"u8, [5], Rfc6979.Sign(key, "cert", [5])));
    }

    [Fact]
    public void K4_a_key_that_is_no_point_of_the_curve_is_none()
    {
        using var key = SigningKey.Create();
        var point = key.Public.ToArray();
        Assert.True(Point.Valid(point));
        foreach (var at in new[] { 0, 1, 33, 64 })
        {
            var other = point.ToArray();
            other[at] ^= 1;
            Assert.False(Point.Valid(other));
        }
        Assert.False(Point.Valid(point.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => VerifyKey.Import(new byte[65]));
    }

    /// <summary>Sealed by another implementation, npm @hpke/core 1.7, to the key that RFC 9180 derives from 00 01 … 1f.</summary>
    [Fact]
    public void K12_hpke_opens_what_another_implementation_sealed()
    {
        using var key = DhKey.FromScalar(
            Convert.FromHexString("c4a9b2ed5595907ca64a481ea78cf93a047ef7153f7d70121b2552b9b6f07cee")
        );
        var opened = Hpke.Open(
            key,
            "coterie test info"u8,
            "along"u8,
            Convert.FromHexString(
                "0412e3e9c99351560273065f678d1d56f43bf260f64cf27c7b070d85e2636b825af1209a68a8861c1fb2efda6d225dd137b016583821da4ce8abe83269e9b22187"
                    + "967246d8f0298351a187513e6b769785ce216ad8a787e21f590de878bfb9b75aa9fa01eece94a6a8ceccc00e53"
            )
        );
        Assert.Equal("Beauty is truth, truth beauty"u8.ToArray(), opened);
    }

    private static BigInteger Number(string text) =>
        text switch
        {
            "n" => Rfc6979.N,
            "n/2+1" => Rfc6979.N / 2 + 1,
            _ => BigInteger.Parse(text, CultureInfo.InvariantCulture),
        };
}
