/** The addresses of the Wandbox servers that this page may ask, by the word of its server's operator; no other is in its policy. */
export function wandboxSites(): readonly string[] {
  return [...document.querySelectorAll<HTMLMetaElement>("meta[name=coterie-wandbox]")].map(({ content }) => content);
}
