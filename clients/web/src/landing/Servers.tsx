import type { RecentRoom } from "@coterie/core";
import { Button, TextInput } from "@mantine/core";
import { IconServer } from "@tabler/icons-react";
import { type FormEvent, useEffect, useState } from "react";
import { Dialog } from "../app/Dialog.tsx";
import rows from "../app/Rows.module.css";
import { server as here } from "../app/route.ts";
import { openVault } from "../world/vault.ts";
import classes from "./Servers.module.css";
import { measure, type ServerChoice, serverAddress, serverChoices } from "./servers.ts";

/** Goes to another server's own page. Nothing is asked of any other server before this is opened. */
export function Servers() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="subtle" color="gray" leftSection={<IconServer size={16} />} onClick={() => setOpen(true)}>
        Other servers
      </Button>
      <Dialog opened={open} onClose={() => setOpen(false)} title="Go to another server" size={460}>
        {open && <Choices />}
      </Dialog>
    </>
  );
}

function Choices() {
  const [recent, setRecent] = useState<readonly RecentRoom[]>();
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string>();

  useEffect(() => {
    openVault()
      .then((vault) => vault.list())
      .then(setRecent, () => setRecent([]));
  }, []);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const address = serverAddress(typed);
    if (address) location.assign(`${address}/`);
    else setError("This is no server’s address, such as code.example.");
  };

  return (
    <>
      <p className={classes.text}>
        You leave this page for the other server’s own, which you then trust as you trust this one. Rooms stay on the
        server that they were made on.
      </p>
      <ul className={rows.list}>
        {recent && serverChoices(recent).map((choice) => <Choice key={choice.address} choice={choice} />)}
      </ul>
      <form className={classes.typed} onSubmit={submit}>
        <TextInput
          label="Another address"
          placeholder="code.example"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          error={error}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setError(undefined);
          }}
        />
        <Button type="submit" variant="default" disabled={!typed.trim()}>
          Go
        </Button>
      </form>
    </>
  );
}

function Choice({ choice }: { choice: ServerChoice }) {
  const [took, setTook] = useState<number | "none">();
  const { address, name, measurable } = choice;

  useEffect(() => {
    if (!measurable) return;
    let current = true;
    void measure(address).then((ms) => current && setTook(ms ?? "none"));
    return () => {
      current = false;
    };
  }, [address, measurable]);

  const distance = () => {
    if (!measurable) return "not measured";
    if (took === undefined) return "measuring…";
    return took === "none" ? "does not answer" : `${Math.round(took)} ms`;
  };

  return (
    <li>
      <button
        type="button"
        className={`${rows.row} ${classes.server}`}
        disabled={address === here}
        onClick={() => location.assign(`${address}/`)}
      >
        <span className={classes.name}>
          <strong>{name}</strong>
          <span>{address.replace(/^https:\/\//, "")}</span>
        </span>
        <span className={classes.distance}>{distance()}</span>
      </button>
    </li>
  );
}
