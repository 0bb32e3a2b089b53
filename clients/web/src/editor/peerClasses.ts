const sheet = new CSSStyleSheet();
const known = new Set<string>();

/** Class names that draw a caret, a selection and a highlight in a colour; the rules are added when the colour is first met. */
export function peerClasses(colour: string): { caret: string; selection: string; highlight: string } {
  const hex = /^#[0-9a-f]{6}$/i.test(colour) ? colour.slice(1).toLowerCase() : "808080";
  if (!known.has(hex)) {
    if (known.size === 0) document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    known.add(hex);
    sheet.insertRule(`.peer-caret-${hex} { background: #${hex} }`);
    sheet.insertRule(`.peer-highlight-${hex} { background: #${hex}33; box-shadow: inset 0 -2px #${hex} }`);
    sheet.insertRule(`.peer-selection-${hex} { background: #${hex}40 }`);
  }
  return {
    caret: `peer-caret peer-caret-${hex}`,
    selection: `peer-selection-${hex}`,
    highlight: `peer-highlight-${hex}`,
  };
}
