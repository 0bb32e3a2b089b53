import "@fontsource-variable/bricolage-grotesque/wght.css";
import "@fontsource-variable/instrument-sans/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./theme/mantine.ts";
import "./theme/tokens.css";
import "./theme/base.css";
import { MantineProvider } from "@mantine/core";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { keepVersion } from "./delivery/version.ts";
import { theme, variables } from "./theme/theme.ts";

createRoot(document.getElementById("root")!).render(
  <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
    <App />
  </MantineProvider>,
);

if (!import.meta.env.DEV) void keepVersion();
