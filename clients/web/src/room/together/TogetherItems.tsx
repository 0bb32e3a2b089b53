import { Menu } from "@mantine/core";
import { IconEyeOff, IconHighlightOff, IconMoon, IconSpeakerphone, IconSun } from "@tabler/icons-react";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";

/** What the room menu offers of moving together. */
export function TogetherItems() {
  const { room, attention } = useRoom();
  const { following, spotlight, highlights } = room.together;
  const followed = useWatch(following.followed);
  const calling = useWatch(spotlight.calling);
  const clearable = useWatch(highlights.view).filter(({ mayClear }) => mayClear);
  const away = useWatch(attention.saidAway);
  return (
    <>
      {spotlight.mayCall && (
        <Menu.Item
          leftSection={<IconSpeakerphone size={16} />}
          onClick={() => (calling ? spotlight.end() : spotlight.call())}
        >
          {calling ? "Let go who follows me" : "Ask everyone to follow me"}
        </Menu.Item>
      )}
      {followed && (
        <Menu.Item leftSection={<IconEyeOff size={16} />} rightSection="Esc" onClick={() => following.stop()}>
          Stop following {followed.name}
        </Menu.Item>
      )}
      {clearable.length > 0 && (
        <Menu.Item
          leftSection={<IconHighlightOff size={16} />}
          onClick={() => {
            for (const highlight of clearable) highlights.clear(highlight);
          }}
        >
          Clear {clearable.length === 1 ? "the highlight" : `${clearable.length} highlights`}
        </Menu.Item>
      )}
      <Menu.Item
        leftSection={away ? <IconSun size={16} /> : <IconMoon size={16} />}
        onClick={() => attention.sayAway(!away)}
      >
        {away ? "I am back" : "Say that I am away"}
      </Menu.Item>
    </>
  );
}
