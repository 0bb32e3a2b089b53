import { type FormEvent, useState } from "react";
import { words } from "./toast.ts";

/** A form that does one thing: busy while it is done, and with the words of what refused it. What was done closes the form. */
export function useSubmit(work: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (reason) {
      setError(words(reason));
      setBusy(false);
    }
  };
  return { busy, error, submit };
}
