import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { copyText } from "../app/copyText.ts";
import { toast, words } from "../app/toast.ts";
import { useWatch } from "../app/useWatch.ts";
import classes from "./AboutPage.module.css";
import { letGo, look, missingOf, ownId, takeServers, type Version, version } from "./version.ts";
import { grouped, short } from "./words.ts";

/** Which version of Coterie this is, by what one compares it, and what this browser keeps of it. */
export function AboutPage() {
  const now = useWatch(version);
  const { kept, mute } = now;
  const [served, setServed] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const id = kept?.id ?? served;

  useEffect(() => {
    ownId().then(setServed, (error: unknown) => setProblem(words(error)));
    void look();
  }, []);

  const use = async () => {
    setBusy(true);
    const reason = await takeServers();
    setBusy(reason === undefined);
    if (reason !== undefined) toast(reason, { tone: "danger" });
  };

  return (
    <div className={classes.about}>
      <p>The id of the version of Coterie that this page is of:</p>
      {id ? <code className={classes.id}>{grouped(id)}</code> : <p role="status">{problem ?? "Asking the server…"}</p>}
      {id && (
        <Button size="compact-sm" variant="default" onClick={() => void copyText(id, "Id copied.")}>
          Copy id
        </Button>
      )}
      <p>
        {kept?.id
          ? `This browser keeps it and takes no other one without asking (${kept.files} of ${kept.of} files are here; the rest ${missingOf(kept) > 0 ? "may be lost: the server has another version by now" : "comes when it is needed, and only if it is of this version"}).`
          : `This browser keeps no version: each visit runs what the server hands out then. ${reasonOf(now)}`}
      </p>
      {kept?.offered && (
        <p>
          The server offers <code>{short(kept.offered)}</code>.{" "}
          {!kept.faulty && (
            <Button size="compact-sm" variant="light" loading={busy} onClick={() => void use()}>
              Use it
            </Button>
          )}
        </p>
      )}
      <p>
        Whoever serves a page can change what it does. To know that this is the one that was published, compare the id
        with what <code className={classes.whole}>coterie --version</code> prints in a program that you trust, and have{" "}
        <code>coterie verify {document.baseURI.replace(/\/$/, "")}</code> compare every file. What a server cannot be
        held to: the browser itself asks it for a new worker, which keeps the version, and takes that one; reloading
        with Shift leaves it out.
      </p>
      {(kept?.id || kept?.trouble === "unstored" || mute) && (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => void letGo()}>
          Let go of this version
        </Button>
      )}
    </div>
  );
}

function reasonOf({ kept, why, mute }: Version): string {
  if (mute) return "What would keep it does not answer. Load the page again; if that does not help, let go of it.";
  if (kept?.trouble === "unstored")
    return "It could not store one, or cannot read it: mostly the disk, or the space that it lets a site have, is full. Make some room, then load the page again.";
  if (kept?.trouble === "unreached") return "The server could not be reached just now.";
  if (kept?.faulty)
    return "What this server hands out is not the version that it names, so that there is none to keep.";
  return why ?? "It keeps one once the page has been open for a few seconds.";
}
