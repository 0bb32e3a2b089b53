import { Dialog } from "../app/Dialog.tsx";
import { useWatch } from "../app/useWatch.ts";
import { AboutPage } from "./AboutPage.tsx";
import { about } from "./about.ts";

/** "About this page", where it is open. It comes with the page: it is the way out where other parts do not. */
export function About() {
  const opened = useWatch(about);
  return (
    <Dialog opened={opened} onClose={() => about.set(false)} title="About this page" size={460}>
      {opened && <AboutPage />}
    </Dialog>
  );
}
