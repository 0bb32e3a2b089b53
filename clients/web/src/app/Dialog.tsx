import { Observable } from "@coterie/core";
import { Modal, type ModalProps } from "@mantine/core";
import { type FocusEvent, useEffect, useId, useRef } from "react";

/** Those that are open, the topmost last. */
export const dialogs = new Observable<readonly string[]>([]);

/**
 * What is asked over the page. Where one stands over another, Escape closes the topmost alone, and what had the keyboard before it has it
 * again.
 */
export function Dialog({ opened, onClose, ...rest }: ModalProps) {
  const id = useId();
  const before = useRef<EventTarget>(undefined);

  useEffect(() => {
    if (!opened) return;
    dialogs.set([...dialogs.get(), id]);
    return () => {
      dialogs.set(dialogs.get().filter((each) => each !== id));
      const { activeElement: now } = document;
      const lost = now === document.body || document.getElementById(id)?.contains(now);
      if (lost && before.current instanceof HTMLElement) before.current.focus();
      before.current = undefined;
    };
  }, [opened, id]);

  useEffect(() => {
    if (!opened) return;
    const close = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
      if (dialogs.get().at(-1) !== id) return;
      event.preventDefault(); // for the one below, too
      onClose();
    };
    addEventListener("keydown", close, { capture: true });
    return () => removeEventListener("keydown", close, { capture: true });
  }, [opened, id, onClose]);

  const onFocus = ({ relatedTarget, currentTarget }: FocusEvent<HTMLElement>) => {
    if (relatedTarget && !currentTarget.contains(relatedTarget as Node)) before.current ??= relatedTarget;
  };
  return (
    <Modal
      id={id}
      closeButtonProps={{ "aria-label": "Close" }}
      {...rest}
      opened={opened}
      onClose={onClose}
      onFocus={onFocus}
      closeOnEscape={false}
      returnFocus={false}
    />
  );
}
