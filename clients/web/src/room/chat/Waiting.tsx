import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";

/** How many messages wait, and whether one of them mentions me. Nothing where none does. */
export function Waiting({ className }: { className: string | undefined }) {
  const { unread } = useRoom();
  const count = useWatch(unread.count);
  const mentions = useWatch(unread.mentions);
  if (count === 0) return null;
  return (
    <span className={className} data-for-me={mentions > 0}>
      {count} new{mentions > 0 && `, ${mentions} for you`}
    </span>
  );
}
