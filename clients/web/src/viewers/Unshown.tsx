import { Button } from "@mantine/core";
import { Middle } from "../app/Middle.tsx";
import type { Shown } from "./Shown.ts";

interface Props {
  readonly shown: Shown;
  readonly why: string;
  /** Where trying once more may help. */
  readonly again?: (() => void) | undefined;
}

/** A file that is not what it begins as: says so, and offers what can be done with it all the same. */
export function Unshown({ shown, why, again }: Props) {
  return (
    <Middle>
      <p role="alert">{why}</p>
      {again && (
        <Button variant="default" onClick={again}>
          Try again
        </Button>
      )}
      <Button variant="default" onClick={shown.onHex}>
        Show the bytes
      </Button>
    </Middle>
  );
}
