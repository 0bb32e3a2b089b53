import { Button } from "@mantine/core";
import { useState } from "react";
import { toast } from "../app/toast.ts";
import { letGo, takeServers, version } from "./version.ts";

/** Beside what says that a part of the page did not come: the server may have the version no more that this browser keeps. */
export function WayBack({ size = "sm" }: { size?: "sm" | "compact-sm" }) {
  const [busy, setBusy] = useState(false);
  if (!navigator.serviceWorker?.controller) return null; // the page is the server's already

  const take = async () => {
    setBusy(true);
    const problem = await takeServers();
    if (problem === undefined) return;
    setBusy(false);
    const { mute } = version.get();
    toast(problem, { tone: "danger", ...(mute && { action: { label: "Let go of it", run: () => void letGo() } }) });
  };

  return (
    <Button size={size} variant="default" loading={busy} onClick={() => void take()}>
      Use the server's version
    </Button>
  );
}
