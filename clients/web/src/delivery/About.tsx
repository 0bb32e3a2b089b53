import { Dialog } from "../app/Dialog.tsx";
import { Fetched } from "../app/Fetched.tsx";
import { useWatch } from "../app/useWatch.ts";
import { about, aboutForm } from "./about.ts";

/** "About this page", where it is open. */
export function About() {
  const opened = useWatch(about);
  return (
    <Dialog opened={opened} onClose={() => about.set(false)} title="About this page" size={460}>
      {opened && (
        <Fetched chunk={aboutForm} meanwhile={null}>
          {({ default: AboutPage }) => <AboutPage />}
        </Fetched>
      )}
    </Dialog>
  );
}
