import { Loader } from "@mantine/core";
import classes from "./Waiting.module.css";

export function Waiting({ what }: { what: string }) {
  return (
    <main className={classes.waiting} aria-busy="true">
      <Loader size="sm" aria-hidden />
      <p role="status">{what}…</p>
    </main>
  );
}
