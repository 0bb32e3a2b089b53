import type { SwitchedFeature } from "@coterie/core";
import { Button, Switch } from "@mantine/core";
import { useState } from "react";
import { attempt } from "../../app/toast.ts";
import { useRoom } from "../RoomContext.ts";
import { useRoomView } from "../useRoomView.ts";
import { LinkTime } from "./LinkTime.tsx";
import classes from "./Rules.module.css";
import { askedFirst, newLinks, type TakingAway } from "./takingAway.ts";

const FEATURES: readonly (readonly [SwitchedFeature, string])[] = [
  ["viewersChat", "Viewers may chat"],
  ["ai", "AI"],
  ["runs", "Running code"],
  ["calls", "Voice and video calls"],
  ["screen", "Screen sharing"],
  ["viewersCall", "Viewers may join calls"],
];

/** Who may come in, and what the room allows: each switch is the room's next rules. */
export function Switches({ disabled, onAsk }: { disabled: boolean; onAsk: (change: TakingAway) => void }) {
  const { room } = useRoom();
  const { locked, byApproval, readOnly, allows, forgets } = useRoomView(room);
  return (
    <>
      <section aria-label="Coming in" className={classes.section}>
        <h3>Coming in</h3>
        <Choice
          label="Lock the room"
          description="Only who is known here now may come in, whatever link somebody has."
          checked={locked}
          disabled={disabled}
          change={(on) => room.powers.lock(on)}
        />
        <Switch
          className={classes.switch}
          labelPosition="left"
          label="Owners let people in"
          description="Who comes by a link or the password waits until an owner lets them in."
          checked={byApproval}
          disabled={disabled}
          onChange={() => onAsk(askedFirst(!byApproval))}
        />
        <LinkTime disabled={disabled} />
        <div className={classes.choice}>
          <span>
            <strong>New links</strong>
            <span className={classes.aside}>Links given out so far open nothing any more; who is here stays.</span>
          </span>
          <Button size="xs" variant="default" disabled={disabled} onClick={() => onAsk(newLinks)}>
            Make new links
          </Button>
        </div>
      </section>
      <section aria-label="What the room allows" className={classes.section}>
        <h3>What the room allows</h3>
        <p className={classes.aside}>AI, calls and screen sharing are not here yet: this says who may once they are.</p>
        <Choice
          label="Editors may write"
          checked={!readOnly}
          disabled={disabled}
          change={(on) => room.powers.setReadOnly(!on)}
        />
        {FEATURES.map(([feature, label]) => (
          <Choice
            key={feature}
            label={label}
            checked={allows[feature]}
            disabled={disabled}
            change={(on) => room.powers.switch(feature, on)}
          />
        ))}
      </section>
      <section aria-label="What the server keeps" className={classes.section}>
        <h3>What the server keeps</h3>
        <Choice
          label="Keep all of the history"
          description="Off, it forgets each step of a text once an owner's page has written down what came of them. That saves space, and does not come back."
          checked={!forgets}
          disabled={disabled}
          change={(on) => room.powers.setForgets(!on)}
        />
      </section>
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly description?: string;
  readonly checked: boolean;
  readonly disabled: boolean;
  readonly change: (on: boolean) => Promise<void>;
}

function Choice({ label, description, checked, disabled, change }: ChoiceProps) {
  const [wanted, setWanted] = useState<boolean>();
  const choose = async (on: boolean) => {
    setWanted(on);
    await attempt(change(on));
    setWanted(undefined);
  };
  return (
    <Switch
      className={classes.switch}
      labelPosition="left"
      label={label}
      description={description}
      checked={wanted ?? checked}
      disabled={disabled || wanted !== undefined}
      onChange={(event) => void choose(event.currentTarget.checked)}
    />
  );
}
