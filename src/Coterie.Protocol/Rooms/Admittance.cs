using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Rooms;

/// <summary>Who may be and do what under a manifest: pure functions of the class table, roles, policy and lock list, and the only place that asks them.</summary>
public static class Admittance
{
    /// <summary>C1 without the signature, and C2: the Cert is of this epoch, its issuer still stands, and its role fits the owners list.</summary>
    /// <param name="issuerKey">The key whose signature the Cert bears.</param>
    public static bool CertHolds(Cert cert, ReadOnlySpan<byte> issuerKey, Manifest manifest) =>
        cert.Epoch == manifest.Epoch && issuerKey.SequenceEqual(IssuerKey(cert, manifest)) && RoleFits(cert, manifest);

    /// <summary>The key that must have signed the Cert under this manifest, or nothing if there is no such owner.</summary>
    public static ReadOnlySpan<byte> IssuerKey(Cert cert, Manifest manifest)
    {
        if (cert.Issuer > 0)
            return cert.Issuer <= manifest.Owners.Count ? manifest.Owners[cert.Issuer - 1].Sign : default;
        // No admission key makes owners.
        return cert.Role == Role.Owner ? default : manifest.Admission(cert.Role);
    }

    /// <summary>C2: owner exactly if the member's key stands among the owners.</summary>
    public static bool RoleFits(Cert cert, Manifest manifest) =>
        (cert.Role == Role.Owner) == (manifest.OwnerIndex(cert.Sign) >= 0);

    /// <summary>C3.</summary>
    public static bool LockAllows(Cert cert, Manifest manifest)
    {
        if ((manifest.Admissions & Admissions.Locked) == default || cert.Role == Role.Owner)
            return true;
        foreach (var member in manifest.Locked)
        {
            if (member == cert.Member)
                return true;
        }
        return false;
    }

    /// <summary>J6: role × class × policy. Whether the author may send records of this class at all; whether this one is legal is for the stream's rules.</summary>
    public static Refusal MaySend(ClassRow row, Role role, Policy policy)
    {
        if (row.Reserved)
            return Refusal.Reserved;
        if (row.WantsRuns && !Has(policy, Policy.Runs))
            return Refusal.Forbidden;
        if (role == Role.Owner)
            return Refusal.None;
        var allowed =
            !row.OwnerOnly
            && !(row.StoppedByReadOnly && Has(policy, Policy.ReadOnly))
            && (role == Role.Editor || ViewerMay(row.Viewer, policy));
        return allowed ? Refusal.None : Refusal.Forbidden;
    }

    private static bool ViewerMay(Viewer viewer, Policy policy) =>
        viewer switch
        {
            Viewer.Yes => true,
            Viewer.IfViewersChat => Has(policy, Policy.ViewersChat),
            Viewer.IfViewersCall => Has(policy, Policy.ViewersCall),
            _ => false,
        };

    private static bool Has(Policy policy, Policy bit) => (policy & bit) != default;
}
