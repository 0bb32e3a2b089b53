using System.Security.Cryptography;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Client;

/// <summary>Who a person is in one room: a key that signs, and a key that others may seal to. Kept as long as the person wants to stay the same member.</summary>
public sealed class MemberKeys : IDisposable
{
    private readonly ECDiffieHellman dh;
    private readonly byte[] dhPublic;

    private MemberKeys(SigningKey sign, ECDiffieHellman dh)
    {
        Sign = sign;
        this.dh = dh;
        var point = dh.ExportParameters(false).Q;
        dhPublic = [4, .. point.X!, .. point.Y!];
        Member = Cert.MemberOf(sign.Public);
    }

    public SigningKey Sign { get; }

    /// <summary>65 bytes.</summary>
    public ReadOnlySpan<byte> Dh => dhPublic;

    public MemberId Member { get; }

    public static MemberKeys Create() => new(SigningKey.Create(), ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Takes both keys as PKCS8, as <see cref="ToPkcs8"/> gave them.</summary>
    /// <exception cref="CryptographicException">One of them is no P-256 key.</exception>
    public static MemberKeys FromPkcs8(ReadOnlySpan<byte> sign, ReadOnlySpan<byte> dh)
    {
        var agreement = ECDiffieHellman.Create();
        try
        {
            agreement.ImportPkcs8PrivateKey(dh, out _);
            return new MemberKeys(SigningKey.FromPkcs8(sign), agreement);
        }
        catch
        {
            agreement.Dispose();
            throw;
        }
    }

    /// <summary>Both private keys; secrets.</summary>
    public (byte[] Sign, byte[] Dh) ToPkcs8() => (Sign.ToPkcs8(), dh.ExportPkcs8PrivateKey());

    public void Dispose()
    {
        Sign.Dispose();
        dh.Dispose();
    }
}
