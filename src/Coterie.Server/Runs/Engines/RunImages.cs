using Coterie.Server.Runs.Languages;

namespace Coterie.Server.Runs.Engines;

/// <summary>Which image of a container engine has a language's toolchain.</summary>
/// <param name="Usual">Of every language that has none of its own; null: those do not run.</param>
/// <param name="Own">By the language's id.</param>
public sealed record RunImages(string? Usual, IReadOnlyDictionary<string, string> Own)
{
    /// <summary>The one that tools/languages.Dockerfile makes.</summary>
    public static RunImages Default { get; } =
        new("coterie-languages", new Dictionary<string, string>(StringComparer.Ordinal));

    public IEnumerable<string> All =>
        Own.Values.Concat(Usual is null ? [] : [Usual]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    public string? Of(string? language) => language is null ? Usual : Own.GetValueOrDefault(language) ?? Usual;

    /// <summary>As it is written: images with ; or , between, LANGUAGE= before one that is that language's alone.</summary>
    /// <exception cref="FormatException">What is wrong with it, as a sentence.</exception>
    public static RunImages Parse(string text)
    {
        string? usual = null;
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (
            var part in text.Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        )
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var (language, image) = equals < 0 ? (null, part) : (part[..equals].Trim(), part[(equals + 1)..].Trim());
            if (image.Length == 0 || image.Any(letter => char.IsWhiteSpace(letter) || letter is '?' or '#' or '%'))
                throw new FormatException($"'{part}' names no image");
            if (language is null)
                usual = usual is null ? image : throw new FormatException("more than one image is for all languages");
            else if (LanguageList.Shipped.Find(language) is null)
                throw new FormatException($"there is no language '{language}'; `coterie languages` lists them");
            else if (!own.TryAdd(language, image))
                throw new FormatException($"'{language}' has two images");
        }
        return usual is null && own.Count == 0
            ? throw new FormatException("no image is named")
            : new RunImages(usual, own);
    }

    public override string ToString() =>
        string.Join(
            ';',
            Own.Select(one => $"{one.Key}={one.Value}")
                .Order(StringComparer.Ordinal)
                .Concat(Usual is null ? [] : [Usual])
        );
}
