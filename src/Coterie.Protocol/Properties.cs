using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Coterie.Protocol.Tests")]
