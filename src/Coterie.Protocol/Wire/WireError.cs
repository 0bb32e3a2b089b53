namespace Coterie.Protocol.Wire;

/// <summary>Why bytes or a text did not parse. The names are the same in clients/core, and tests/vectors/README.md says in which order they are looked for.</summary>
public enum WireError
{
    None,

    /// <summary>The bytes end before a field does.</summary>
    Truncated,

    /// <summary>Bytes are left over after the last field.</summary>
    Trailing,

    /// <summary>The whole is longer than its kind may be.</summary>
    TooLarge,

    /// <summary>A length or a count is out of its bounds.</summary>
    Length,

    /// <summary>The suite is not 1.</summary>
    Suite,

    /// <summary>A kind, role, mode, flag or truth value is outside its list, or an integer above 2^53 − 1.</summary>
    Value,

    /// <summary>A public key is no point of P-256 in the form 04‖X‖Y.</summary>
    Point,

    /// <summary>An id stands twice in a list.</summary>
    Duplicate,

    /// <summary>A text is not UTF-8.</summary>
    Text,

    /// <summary>An opened plaintext has a wrong padding (R2).</summary>
    Content,

    /// <summary>The text has not the shape of a link.</summary>
    NotALink,

    /// <summary>A room id is not 26 characters of Crockford base32.</summary>
    Room,

    /// <summary>A link's door is no number from 0 to 255.</summary>
    Door,

    /// <summary>A link's secret is not 32 bytes of base64url.</summary>
    Secret,

    /// <summary>A link's manifest version is no u32.</summary>
    Version,

    /// <summary>A link's manifest hash is not 8 bytes of base64url.</summary>
    Hash,

    /// <summary>A link ends in a dot without a host key.</summary>
    HostKey,
}
