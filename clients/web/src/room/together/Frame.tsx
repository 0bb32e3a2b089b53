import { Button } from "@mantine/core";
import { useWatch } from "../../app/useWatch.ts";
import { inkOn } from "../../editor/ink.ts";
import { usePeople } from "../people/usePeople.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Frame.module.css";

/** Round the editor, over it, so that nothing moves while somebody types: whom I follow, whom I lead, and who comes along. */
export function Frame() {
  const { room } = useRoom();
  const { following, spotlight } = room.together;
  const over = useWatch(room.view, (view) => view.connection === "ended");
  const followed = useWatch(following.followed);
  const calling = useWatch(spotlight.calling);
  const followers = useWatch(following.followers);
  const others = usePeople().filter((person) => person.live && !person.me).length;
  const names = followers.map(({ name }) => name).join(", ");
  if (over) return null;
  return (
    <div className={classes.over}>
      {followed && <div className={classes.frame} style={{ borderColor: followed.colour }} />}
      <div className={classes.notes} role="status">
        {followed && (
          <div className={classes.note} style={{ background: followed.colour, color: inkOn(followed.colour) }}>
            <span>
              {followed.held
                ? `You and ${followed.name} follow one another: neither page moves.`
                : `Following ${followed.name}`}
            </span>
            <Button size="compact-xs" variant="default" onClick={() => following.stop()}>
              Stop following
            </Button>
          </div>
        )}
        {calling && (
          <div className={classes.note} data-tone="brand" title={names || undefined}>
            <span>
              {followers.length === 0
                ? `You asked everyone to follow you. Nobody does yet.`
                : `${followers.length} of ${others} follow you: ${names}`}
            </span>
            <Button size="compact-xs" variant="default" onClick={() => spotlight.end()}>
              Let them go
            </Button>
          </div>
        )}
        {!calling && followers.length > 0 && (
          <div className={classes.note} data-tone="plain" title={names}>
            <span>{followers.length === 1 ? `${names} follows you` : `${followers.length} people follow you`}</span>
          </div>
        )}
      </div>
    </div>
  );
}
