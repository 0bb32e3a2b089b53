using System.Security.Cryptography;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Client;

/// <summary>Who a person is in one room: a key that signs, and a key that others may seal to. Kept as long as the person wants to stay the same member.</summary>
public sealed class MemberKeys : IDisposable
{
    private MemberKeys(SigningKey sign, DhKey dh)
    {
        Sign = sign;
        Dh = dh;
        Member = Cert.MemberOf(sign.Public);
    }

    public SigningKey Sign { get; }

    public DhKey Dh { get; }

    public MemberId Member { get; }

    public static MemberKeys Create() => new(SigningKey.Create(), DhKey.Create());

    /// <summary>Takes both keys as PKCS8, as <see cref="ToPkcs8"/> gave them.</summary>
    /// <exception cref="CryptographicException">One of them is no P-256 key.</exception>
    public static MemberKeys FromPkcs8(ReadOnlySpan<byte> sign, ReadOnlySpan<byte> dh)
    {
        var agreement = DhKey.FromPkcs8(dh);
        try
        {
            return new MemberKeys(SigningKey.FromPkcs8(sign), agreement);
        }
        catch
        {
            agreement.Dispose();
            throw;
        }
    }

    /// <summary>Both private keys; secrets.</summary>
    public (byte[] Sign, byte[] Dh) ToPkcs8() => (Sign.ToPkcs8(), Dh.ToPkcs8());

    public void Dispose()
    {
        Sign.Dispose();
        Dh.Dispose();
    }
}
