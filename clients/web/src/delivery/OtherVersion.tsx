import { Button } from "@mantine/core";
import { useState } from "react";
import look from "../app/Card.module.css";
import { toast } from "../app/toast.ts";
import { useWatch } from "../app/useWatch.ts";
import classes from "./OtherVersion.module.css";
import { allow, missingOf, openQuestion, type Question, stay, take, version } from "./version.ts";
import { short } from "./words.ts";

/** The server has another version than the one that this browser keeps: whether to take it is asked once for each. */
export function OtherVersion() {
  const now = useWatch(version);
  const [taking, setTaking] = useState(false);
  const question = openQuestion(now);
  if (question === undefined) return null;
  const { id = "", offered = "", asks = [], of = 0 } = now.kept ?? {};
  const missing = missingOf(now.kept);

  const say = async (yes: () => Promise<string | undefined>) => {
    setTaking(true);
    const problem = await yes();
    if (problem === undefined) return;
    setTaking(false);
    toast(problem, { tone: "danger" });
  };

  return (
    <section className={`${look.card} ${classes.question}`} aria-labelledby="other-version">
      <h2 id="other-version">{titles[question]}</h2>
      {question === "offered" && (
        <>
          <p>
            Its id is <code>{short(offered)}</code>; you are on <code>{short(id)}</code>, which this browser keeps. What
            changed cannot be seen from here: ask whoever runs the server, or compare with <code>coterie verify</code>.
          </p>
          {now.replaced && (
            <p>
              It has also replaced the worker that keeps your version, as browsers let it: you stay on yours only if
              that one is honest.
            </p>
          )}
        </>
      )}
      {question === "faulty" && (
        <p>
          {offered ? (
            <>
              It names <code>{short(offered)}</code>, of which its pages are not.
            </>
          ) : (
            "It has no list of its files any more, or one that its pages are not of."
          )}{" "}
          You are still on <code>{short(id)}</code>, which this browser keeps. Before you open this server in another
          browser, or let go of your version (under “About this page”), ask whoever runs it, and compare with{" "}
          <code>coterie verify</code>.
        </p>
      )}
      {missing > 0 && (
        <p>
          {missing} of the {of} files of your version are not here yet, and the server may have them no more: what needs
          them cannot be loaded then. Until they are here you are asked on each visit.
        </p>
      )}
      {question === "replaced" && (
        <p>
          Browsers let a server do that without asking. What you see is still <code>{short(id)}</code>; what is loaded
          from now on may be something else. Type no secret here before you have compared with{" "}
          <code>coterie verify</code>.
        </p>
      )}
      {asks.length > 0 && (question === "asks" || question === "offered") && (
        <p>
          Its operator now has pages offer to send what is in a room to {asks.map(hostOf).join(", ")}, where somebody
          asks for that.{question === "asks" && " Yours does not offer it before you allow it."}
        </p>
      )}
      <div className={classes.actions}>
        {(question === "offered" || question === "asks") && (
          <Button
            size="compact-sm"
            variant="light"
            loading={taking}
            onClick={() => void say(question === "offered" ? take : allow)}
          >
            {question === "offered" ? "Use it" : "Allow it"}
          </Button>
        )}
        <Button size="compact-sm" variant="default" disabled={taking} onClick={() => void stay()}>
          {question === "replaced" ? "Understood" : question === "asks" ? "Not now" : "Stay"}
        </Button>
      </div>
    </section>
  );
}

const hostOf = (address: string) => (URL.canParse(address) ? new URL(address).host : address);

const titles: Readonly<Record<Question, string>> = {
  offered: "This server offers another version of Coterie",
  faulty: "This server hands out something other than it names",
  replaced: "This server replaced what keeps your version",
  asks: "This server offers to send files elsewhere",
};
