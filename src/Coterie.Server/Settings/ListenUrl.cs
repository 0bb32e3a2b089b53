using System.Diagnostics.CodeAnalysis;

namespace Coterie.Server.Settings;

/// <summary>An address to listen on, as Kestrel takes it: * and + stand for every address of the machine.</summary>
public static class ListenUrl
{
    /// <summary>Reads it with 0.0.0.0 in the place of * and +. False where it is no URL.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? url)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Uri.TryCreate(
            text.Replace("://*", "://0.0.0.0", StringComparison.Ordinal)
                .Replace("://+", "://0.0.0.0", StringComparison.Ordinal),
            UriKind.Absolute,
            out url
        );
    }
}
