import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

const brand: MantineColorsTuple = [
  "#e8f7f0",
  "#d2ecdf",
  "#a8dcc4",
  "#7fd9b3",
  "#57d3a4",
  "#2fae80",
  "#178563",
  "#0b6247",
  "#094f3a",
  "#063a2a",
];

const gray: MantineColorsTuple = [
  "#f4f7f5",
  "#e9efeb",
  "#dfe7e2",
  "#d3dcd6",
  "#bfcbc4",
  "#a9b8af",
  "#7c8b83",
  "#4a5a52",
  "#2b3831",
  "#14211b",
];

const dark: MantineColorsTuple = [
  "#e6eee9",
  "#c3d0c9",
  "#a3b4ab",
  "#718279",
  "#4a5b53",
  "#2c3933",
  "#1b2520",
  "#151d19",
  "#0e1412",
  "#0a0f0d",
];

const red: MantineColorsTuple = [
  "#fce5e2",
  "#f8cbc6",
  "#f2a59d",
  "#ff9a90",
  "#e0655b",
  "#cc463c",
  "#b83128",
  "#a8211a",
  "#8d1a14",
  "#73130f",
];

/** A filled button of our own colour takes its ink from the tokens, which know both themes; a red one is dark enough for white in both. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const usual = defaultVariantColorsResolver(input);
  if (input.variant === "filled" && input.color === "red")
    return {
      ...usual,
      background: "var(--mantine-color-red-6)",
      hover: "var(--mantine-color-red-7)",
      color: "var(--mantine-color-white)",
    };
  if (input.variant !== "filled" || (input.color && input.color !== "brand")) return usual;
  return { ...usual, background: "var(--brand)", hover: "var(--brand-hover)", color: "var(--brand-ink)" };
};

/** Mantine drawn with our tokens: its components take colour, type, space and motion from tokens.css. */
export const theme = createTheme({
  primaryColor: "brand",
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  colors: { brand, gray, dark, red },
  variantColorResolver,
  fontFamily: "var(--font-ui)",
  fontFamilyMonospace: "var(--font-code)",
  headings: { fontFamily: "var(--font-display)", fontWeight: "650" },
  defaultRadius: "md",
  radius: { sm: "6px", md: "10px", lg: "16px" },
  respectReducedMotion: true,
  cursorType: "pointer",
  components: {
    Modal: {
      defaultProps: {
        centered: true,
        transitionProps: { duration: 120, transition: "fade" },
        overlayProps: { opacity: 0.5 },
      },
      styles: {
        title: { fontFamily: "var(--font-display)", fontWeight: 650, fontSize: 20, overflowWrap: "anywhere" },
      },
    },
    InputWrapper: { styles: { description: { fontSize: 13 }, error: { fontSize: 13 } } },
    Popover: { defaultProps: { transitionProps: { duration: 100, transition: "fade" }, shadow: "md" } },
    Menu: { defaultProps: { transitionProps: { duration: 100, transition: "fade" }, shadow: "md" } },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 80, transition: "fade" } } },
  },
});

const surfaces = {
  "--mantine-color-body": "var(--surface)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-soft)",
  "--mantine-color-placeholder": "var(--ink-soft)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--hover)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-error": "var(--danger)",
  "--mantine-color-anchor": "var(--brand)",
};

export const variables: CSSVariablesResolver = () => ({ variables: {}, light: surfaces, dark: surfaces });
