import { Button } from "@mantine/core";
import { IconLock, IconPlus, IconTextRecognition, IconUserOff } from "@tabler/icons-react";
import { useState } from "react";
import { hasRoomList } from "../app/roomList.ts";
import { openAbout } from "../delivery/about.ts";
import { ThemeSwitch } from "../theme/ThemeSwitch.tsx";
import { Wordmark } from "../theme/Wordmark.tsx";
import { JoinForm } from "./JoinForm.tsx";
import classes from "./Landing.module.css";
import { ListedRooms } from "./ListedRooms.tsx";
import { NewRoom } from "./NewRoom.tsx";
import { RecentRooms } from "./RecentRooms.tsx";
import { Servers } from "./Servers.tsx";

const promises = [
  { icon: IconLock, text: "Sealed in your browser: the server passes on what it cannot read." },
  { icon: IconTextRecognition, text: "Everyone types in the same files, with cursors, chat and undo of their own." },
  { icon: IconUserOff, text: "No account, no cookies, no trackers. A link is all a friend needs." },
];

export function Landing() {
  const [creating, setCreating] = useState(false);
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Wordmark />
        <span className={classes.tools}>
          <Servers />
          <ThemeSwitch />
        </span>
      </header>
      <main className={classes.main}>
        <section className={classes.pitch}>
          <h1>A quiet room to code in, together.</h1>
          <p>
            Open a room, send the link, and write in the same files. Only the people in the room can read a word of it.
          </p>
          <ul>
            {promises.map(({ icon: Icon, text }) => (
              <li key={text}>
                <Icon size={20} aria-hidden />
                {text}
              </li>
            ))}
          </ul>
        </section>
        <section className={classes.doors} aria-label="Start">
          <Button size="lg" fullWidth leftSection={<IconPlus size={20} />} onClick={() => setCreating(true)}>
            New room
          </Button>
          <p className={classes.or}>or enter one you were invited to</p>
          <JoinForm />
          <RecentRooms />
          {hasRoomList && <ListedRooms />}
        </section>
      </main>
      <footer className={classes.footer}>
        <Button variant="subtle" color="gray" size="compact-sm" onClick={openAbout}>
          About this page
        </Button>
      </footer>
      <NewRoom opened={creating} onClose={() => setCreating(false)} />
    </div>
  );
}
