/** A page as a server hands it out, and the file of the version that it is made of (Y3); the twin of ServedPage.cs. */
export interface ServedPage {
  readonly file: string;
  /** What the operator set, as it stands in the page. */
  readonly settings: string;
}

const inFile = '<base href="/" />';
const oneSetting =
  /<meta name="coterie-(room-list|server|drive|wandbox)" content="([^"<>]*)"(?: data-auth="([^"<>&]*)" data-api="([^"<>&]*)")?>/;
const inserted = new RegExp(`<base href="([^"<>&]*)">((?:${oneSetting.source.replaceAll(/\((?!\?)/g, "(?:")})*)`, "g");

/** Undefined where the page has no base, or another one than this path, which ends in a slash. */
export function readPage(html: string, basePath: string): ServedPage | undefined {
  const [found, second] = html.matchAll(inserted);
  if (found === undefined || second !== undefined || found[1] !== basePath) return undefined;
  const { index } = found;
  return { file: html.slice(0, index) + inFile + html.slice(index + found[0].length), settings: found[2]! };
}

/** The page of this file, with what the operator set. */
export function makePage(file: string, basePath: string, settings: string): string {
  return file.replace(inFile, () => `<base href="${basePath}">${settings}`);
}

/** Where the settings let what is in a room go, once a person asks for it: a Wandbox, and Google Drive with the page that asks for leave. */
export function leadingOutOf(settings: string): readonly string[] {
  return [...settings.matchAll(new RegExp(oneSetting, "g"))].flatMap(([, name, content = "", auth = "", api = ""]) => {
    if (name === "drive") return [auth, api];
    return name === "wandbox" ? [content] : [];
  });
}

const address = /^https?:\/\/[A-Za-z0-9:/.\-_~[\]]+$/;

/** Which addresses beside its own server the settings let a page ask, as a policy names them. */
export function elsewhereOf(settings: string): readonly string[] {
  return [...settings.matchAll(new RegExp(oneSetting, "g"))]
    .flatMap(([, name, content = "", , api = ""]) => {
      if (name === "server") return [`${content.slice(content.indexOf("=") + 1)}/health`];
      if (name === "drive") return URL.canParse(api) ? [new URL(api).origin] : [];
      if (name === "wandbox") return [`${content}/api/list.json`, `${content}/api/compile.json`];
      return [];
    })
    .filter((each) => address.test(each));
}
