import DOMPurify from "dompurify";

const tags = [
  ..."a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img".split(
    " ",
  ),
  ..."input ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead tr tt u ul var".split(
    " ",
  ),
];
const attributes = "align alt checked class colspan disabled height href open rowspan src start title type width".split(
  " ",
);

/** Where a link of a text goes. */
export type Link =
  | { readonly to: "web"; readonly href: string }
  | { readonly to: "heading"; readonly slug: string }
  | { readonly to: "file"; readonly path: string };

/**
 * HTML that members wrote, as nodes that do no harm.
 *
 * Always: no script, no style, no frame, no form runs or loads by it, and nothing is fetched from anywhere: of a picture stands its name, as
 * a link to where it is; only one that lies in the text itself is shown, and `data-picture` says where one of the room may be put. Links to the web open in a page of their own that learns nothing of
 * this one. Names that this page uses for itself (ids, classes) cannot be taken.
 */
export function harmless(html: string): DocumentFragment {
  const made = DOMPurify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    ALLOWED_TAGS: tags,
    ALLOWED_ATTR: attributes,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
  for (const image of made.querySelectorAll("img")) image.replaceWith(pictureOf(image));
  for (const input of made.querySelectorAll("input")) {
    if (input.type !== "checkbox") input.remove();
    input.disabled = true;
    input.setAttribute("aria-label", input.checked ? "Done" : "To do");
  }
  for (const element of made.querySelectorAll("[class]"))
    if (!/^language-[\w+#.-]+$/.test(element.className)) element.removeAttribute("class");
  for (const link of made.querySelectorAll("a")) {
    const target = linkOf(link.getAttribute("href") ?? "");
    if (target === undefined) link.removeAttribute("href");
    else if (target.to === "web") {
      link.target = "_blank";
      link.rel = "noopener noreferrer";
    }
  }
  return made;
}

/** @returns undefined where it goes nowhere that is known to do no harm */
export function linkOf(href: string): Link | undefined {
  if (/^(https?:\/\/|mailto:)/i.test(href)) return { to: "web", href };
  if (href.startsWith("#")) return { to: "heading", slug: decoded(href.slice(1)).toLowerCase() };
  if (href === "" || /^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith("//") || href.startsWith("\\"))
    return undefined;
  return { to: "file", path: decoded(href.replace(/[?#].*$/, "")) };
}

/** A path that a link in a file names, from the top of the room. @param from the path of that file */
export function pathFrom(from: string, to: string): string {
  const names = to.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const name of to.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "." && name !== "") names.push(name);
  }
  return names.join("/");
}

/** As GitHub calls a heading in links to it. */
export function slugOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

function pictureOf(image: HTMLImageElement): Node {
  const source = image.getAttribute("src") ?? "";
  if (/^data:image\/(png|gif|jpeg|webp|avif);base64,/i.test(source)) return image;
  const name = image.alt.trim() || source.slice(source.lastIndexOf("/") + 1) || "without a name";
  const inLink = image.closest("a") !== null;
  const shown = document.createElement(inLink ? "span" : "a");
  if (!inLink) shown.setAttribute("href", source);
  shown.textContent = `Picture: ${name}`;
  if (linkOf(source)?.to === "file") Object.assign(shown.dataset, { picture: source, called: name });
  return shown;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
