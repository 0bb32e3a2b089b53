using System.Security.Cryptography;

namespace Coterie.Client;

internal static class Randomness
{
    /// <summary>So many random bytes from a source that was handed in.</summary>
    public static byte[] Take(this RandomNumberGenerator random, int count)
    {
        var bytes = new byte[count];
        random.GetBytes(bytes);
        return bytes;
    }
}
