import type { Person } from "@coterie/core";
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconEye, IconEyeOff } from "@tabler/icons-react";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";

/** Goes after someone who is here, from file to file and line to line, or lets go. */
export function FollowButton({ person }: { person: Person }) {
  const { following } = useRoom().room.together;
  const followed = useWatch(following.followed, (whom) => whom?.memberId === person.memberId);
  const label = followed ? `Stop following ${person.name}` : `Follow ${person.name}`;
  const Icon = followed ? IconEyeOff : IconEye;
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={followed ? "light" : "subtle"}
        {...(!followed && { color: "gray" })}
        aria-label={label}
        onClick={() => (followed ? following.stop() : following.start(person.memberId))}
      >
        <Icon size={17} />
      </ActionIcon>
    </Tooltip>
  );
}
