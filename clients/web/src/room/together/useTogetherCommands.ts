import { IconEyeOff, IconHighlightOff, IconMoon, IconSpeakerphone, IconSun } from "@tabler/icons-react";
import { useWatch } from "../../app/useWatch.ts";
import type { Command } from "../commands/Command.ts";
import { useRoom } from "../RoomContext.ts";

/** What one can do about moving together. */
export function useTogetherCommands(): readonly Command[] {
  const { room, attention } = useRoom();
  const { following, spotlight, highlights } = room.together;
  const followed = useWatch(following.followed);
  const calling = useWatch(spotlight.calling);
  const clearable = useWatch(highlights.view).filter(({ mayClear }) => mayClear);
  const away = useWatch(attention.saidAway);
  const commands: Command[] = [];
  if (spotlight.mayCall)
    commands.push({
      id: "spotlight",
      label: calling ? "Let go who follows me" : "Ask everyone to follow me",
      icon: IconSpeakerphone,
      run: () => (calling ? spotlight.end() : spotlight.call()),
    });
  if (followed)
    commands.push({
      id: "unfollow",
      label: `Stop following ${followed.name}`,
      icon: IconEyeOff,
      keys: "Esc",
      run: () => following.stop(),
    });
  if (clearable.length > 0)
    commands.push({
      id: "clearHighlights",
      label: `Clear ${clearable.length === 1 ? "the highlight" : `${clearable.length} highlights`}`,
      icon: IconHighlightOff,
      run: () => {
        for (const highlight of clearable) highlights.clear(highlight);
      },
    });
  commands.push({
    id: "away",
    label: away ? "I am back" : "Say that I am away",
    icon: away ? IconSun : IconMoon,
    run: () => attention.sayAway(!away),
  });
  return commands;
}
