import "./turns.ts";
import "../../src/theme/mantine.ts";
import "../../src/theme/tokens.css";
import "../../src/theme/base.css";
import "dockview-react/dist/styles/dockview.css";
import type { Room, TreeNode } from "@coterie/core";
import { MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { Company, opened, saved, until } from "../../../core/test/client/Company.ts";
import { FileTabs } from "../../src/editor/FileTabs.tsx";
import { EditorConfigs } from "../../src/editor/form/EditorConfigs.ts";
import { OwnChoices } from "../../src/editor/form/OwnChoices.ts";
import { editorsAtOnce, LiveEditors } from "../../src/editor/LiveEditors.ts";
import { monaco } from "../../src/editor/monaco.ts";
import { placeOf } from "../../src/editor/places.ts";
import { Attention } from "../../src/room/Attention.ts";
import { Bring } from "../../src/room/bring/Bring.ts";
import { BringCard } from "../../src/room/bring/BringCard.tsx";
import { Draft } from "../../src/room/chat/Draft.ts";
import { Unread } from "../../src/room/chat/Unread.ts";
import { Desk } from "../../src/room/Desk.ts";
import { Grant } from "../../src/room/drive/Grant.ts";
import { Files } from "../../src/room/files/Files.tsx";
import { Shelf } from "../../src/room/files/Shelf.ts";
import { walkPanes } from "../../src/room/layout/walkPanes.ts";
import { Pointer } from "../../src/room/Pointer.ts";
import { People } from "../../src/room/people/People.tsx";
import { RoomContext, type RoomParts } from "../../src/room/RoomContext.ts";
import { reachedOf } from "../../src/room/reachedOf.ts";
import { RunDesk } from "../../src/room/runs/RunDesk.ts";
import { RunPanel } from "../../src/room/runs/RunPanel.tsx";
import { runKeys } from "../../src/room/runs/runKeys.ts";
import { Download } from "../../src/room/zip/Download.ts";
import { theme, variables } from "../../src/theme/theme.ts";

/** Bob's tree and tabs in a real room that is Ada's, who is here too by way of a hub in this page. */
class Lab {
  readonly company = new Company();
  readonly editorsAtOnce = editorsAtOnce;
  readonly opened = opened;
  readonly saved = saved;
  readonly until = until;
  readonly placeOf = placeOf;
  /** The owner, whose screen is not shown. */
  readonly ada: Room;
  /** An editor, whose screen this is. */
  readonly bob: Room;
  readonly desk: Desk;
  readonly runs: RunDesk;
  readonly bring: Bring;
  /** Ada lets everyone type in what she runs, or nobody else, once a test has begun that. */
  share: ((everyone: boolean) => Promise<void>) | undefined;

  private constructor(company: Company, ada: Room, bob: Room) {
    this.company = company;
    this.ada = ada;
    this.bob = bob;
    const desk = new Desk(bob.view.get().id);
    this.desk = desk;
    const download = new Download(bob);
    this.runs = new RunDesk(bob, desk, download);
    const pointer = new Pointer(bob);
    const shelf = new Shelf(bob, desk);
    this.bring = new Bring(bob, shelf);
    const parts: RoomParts = {
      room: bob,
      reached: reachedOf(bob),
      desk,
      editors: new LiveEditors(desk),
      choices: new OwnChoices(bob.view.get().id),
      configs: new EditorConfigs(bob),
      pointer,
      attention: new Attention(pointer),
      unread: new Unread(bob),
      draft: new Draft(),
      shelf,
      runs: this.runs,
      bring: this.bring,
      download,
      grant: new Grant(),
    };
    show("files", parts, <Files />);
    show("tabs", parts, <FileTabs />);
    show("people", parts, <People />);
    show("runs", parts, <RunPanel />);
    show("bring", parts, <BringCard />);
    runKeys(parts);
    walkPanes();
  }

  static async open(): Promise<Lab> {
    const company = new Company();
    const ada = await company.found();
    return new Lab(company, ada, await company.join(ada, "Bob"));
  }

  /** Lets so many more come in, one after the other. */
  async crowd(count: number): Promise<void> {
    for (let nth = 1; nth <= count; nth++)
      await this.company.join(this.ada, `Guest ${nth}`, nth % 2 ? "viewer" : "editor");
    await until(() => this.bob.view.get().people.length === count + 2, "Bob sees all");
  }

  /** Makes files in Bob's tree. @returns their ids */
  async make(names: readonly string[]): Promise<readonly string[]> {
    const made = names.map((name) => this.bob.tree.make("file", undefined, name));
    await Promise.all(made.map(({ landed }) => landed));
    return made.map(({ id }) => id);
  }

  /** Opens a file in front and waits until its editor stands. */
  async front(id: string): Promise<void> {
    await until(
      () => this.nodes.some((node) => node.id === id),
      "it is in the tree, which shows late while a log is read",
    );
    this.desk.open(id);
    const name = this.nodes.find((node) => node.id === id)!.name;
    await until(() => this.inFront?.getRawOptions().ariaLabel?.startsWith(`${name}.`) === true, `${name} is in front`);
  }

  get nodes(): readonly TreeNode[] {
    return this.bob.tree.view.get();
  }

  /** The editor that one sees. */
  get inFront(): monaco.editor.ICodeEditor | undefined {
    return monaco.editor.getEditors().find((editor) => editor.getDomNode()?.isConnected);
  }

  /** How many editors and models there are, in view or not. */
  get alive(): { readonly editors: number; readonly models: number } {
    return { editors: monaco.editor.getEditors().length, models: monaco.editor.getModels().length };
  }

  /** From now on tells which lines of the tree are rendered: each render of a line reads its node's shown name. */
  watchRows(): Set<string> {
    const rendered = new Set<string>();
    const watched = this.nodes.map((node) =>
      Object.defineProperty({ ...node }, "shownName", {
        get: () => {
          rendered.add(node.shownName);
          return node.shownName;
        },
      }),
    );
    this.bob.tree.view.set(watched);
    return rendered;
  }
}

function show(place: string, parts: RoomParts, what: ReactNode): void {
  createRoot(document.getElementById(place)!).render(
    <MantineProvider theme={theme} cssVariablesResolver={variables}>
      <RoomContext value={parts}>{what}</RoomContext>
    </MantineProvider>,
  );
}

declare global {
  interface Window {
    lab: Lab;
  }
}

window.lab = await Lab.open();
