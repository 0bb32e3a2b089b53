using System.Text.Json;
using Coterie.Server.Runs.Engines;
using Coterie.Server.Runs.Rooms;

namespace Coterie.Server.Settings;

/// <summary>Puts settings together: flags before environment before config file before defaults.</summary>
public static class SettingSources
{
    public const string ConfigVariable = "COTERIE_CONFIG";

    /// <param name="flag">The value of a flag by its name, or null where it was not given.</param>
    /// <param name="variable">The value of an environment variable, or null.</param>
    /// <param name="configFile">A JSON file, or null for none.</param>
    /// <exception cref="SettingException">An unknown key, a value that does not fit, a file that cannot be read, or TLS settings that contradict.</exception>
    public static ServerSettings Read(Func<string, string?> flag, Func<string, string?> variable, string? configFile)
    {
        var settings = new ServerSettings();
        if (configFile is not null)
            settings = WithFile(settings, Naming("config", () => Setting.PathOf(configFile)));
        foreach (var setting in Setting.All)
        {
            if (variable(setting.Variable) is { } text)
                settings = With(settings, setting, text, setting.Variable);
            if (flag(setting.Name) is { } given)
                settings = With(settings, setting, given, "--" + setting.Name);
        }
        return Consistent(settings);
    }

    /// <summary>The end of a sentence: the known name that this begins, or the nearest by edit distance; nothing where none is near.</summary>
    public static string Suggestion(string name, IReadOnlyCollection<string> known)
    {
        string Letters(string each) => each.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
        int Far(string each) => Distance(Letters(name), Letters(each));
        var begun = known.FirstOrDefault(each => Letters(each).StartsWith(Letters(name), StringComparison.Ordinal));
        var nearest = begun ?? known.MinBy(Far)!;
        var near =
            begun is not null || Far(nearest) <= Math.Min(Letters(name).Length / 2, 1 + Letters(name).Length / 4);
        return near && Letters(name).Length > 0 ? $"; did you mean '{nearest}'?" : "";
    }

    private static ServerSettings WithFile(ServerSettings settings, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(
                File.ReadAllBytes(path),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
            );
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw new SettingException(
                    $"{path}: a config file is one JSON object, such as {{ \"urls\": \"http://localhost:5080\" }}"
                );
            foreach (var pair in json.RootElement.EnumerateObject())
            {
                var setting =
                    Setting.All.FirstOrDefault(each => each.Key == pair.Name)
                    ?? throw new SettingException(
                        $"{path}: there is no setting '{pair.Name}'{Suggestion(pair.Name, [.. Setting.All.Select(each => each.Key)])}"
                    );
                settings = With(settings, setting, TextOf(pair.Value), $"{path}: {pair.Name}");
            }
            return settings;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new SettingException($"{path}: cannot be read as a config file: {problem.Message}", problem);
        }
    }

    private static string TextOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Array => string.Join(';', value.EnumerateArray().Select(TextOf)),
            _ => value.GetRawText(),
        };

    private static ServerSettings With(ServerSettings settings, Setting setting, string text, string where) =>
        Naming(where, () => setting.Apply(settings, text));

    /// <summary>What goes wrong in it is said with the place where it stands.</summary>
    private static T Naming<T>(string where, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SettingException problem)
        {
            throw new SettingException($"{where}: {problem.Message}", problem);
        }
    }

    private static ServerSettings Consistent(ServerSettings settings)
    {
        var secure = settings.TlsSelfSigned || settings.TlsCertificate is not null;
        if (settings.TlsCertificate is null != settings.TlsKey is null)
            throw new SettingException("tls-cert and tls-key go together: give both");
        if (settings.TlsSelfSigned && settings.TlsCertificate is not null)
            throw new SettingException("tls-self-signed and tls-cert exclude each other: give one");
        if (!secure && settings.Urls.Any(url => url.StartsWith("https:", StringComparison.Ordinal)))
            throw new SettingException(
                "urls: https needs a certificate; give tls-cert and tls-key, or tls-self-signed"
            );
        if (settings.TlsSelfSigned && settings.Urls.All(url => !url.StartsWith("https:", StringComparison.Ordinal)))
            throw new SettingException("tls-self-signed: no URL says https; give --urls https://0.0.0.0:8443, say");
        if (settings.RunEngine is not null && settings.RunIsolation != Isolation.Auto)
            throw new SettingException(
                "run-isolation is about bubblewrap, and run-engine lets a container engine hold programs in its place: give one"
            );
        if (settings.RunEngine is null && settings.RunImages != RunImages.Default)
            throw new SettingException("run-images are a container engine's: name it with run-engine");
        return settings;
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
