import "../room/turns.ts";
import type { Room } from "@coterie/core";
import { Company, opened, saved, until } from "../../../core/test/client/Company.ts";
import { languageOf } from "../../src/editor/language.ts";
import type { Outlined } from "../../src/room/symbols/CodeSymbol.ts";
import { grammarOf } from "../../src/room/symbols/grammars.ts";
import { Outliner } from "../../src/room/symbols/Outliner.ts";
import { type RoomSymbols, SymbolIndex } from "../../src/room/symbols/SymbolIndex.ts";

/** Outlines of texts by the real engine, and what Bob's page finds in a real room that is Ada's. */
class Lab {
  readonly saved = saved;
  readonly until = until;
  readonly opened = opened;
  readonly outliner = new Outliner();
  readonly impatient = new Outliner(1_000);
  /** The owner, who writes. */
  readonly ada: Room;
  /** An editor, who looks for symbols. */
  readonly bob: Room;
  readonly index: SymbolIndex;
  /** How many workers were begun in this page. */
  workers = 0;
  /** The texts that Bob's index had outlined. */
  readonly outlined: string[] = [];
  /** How many files Bob's page opened, has open, and had at once. */
  readonly files = { opened: 0, open: 0, most: 0 };

  private constructor(ada: Room, bob: Room) {
    this.ada = ada;
    this.bob = bob;
    this.index = new SymbolIndex(bob);
    const { outliner } = this.index;
    const outline = outliner.outline.bind(outliner);
    outliner.outline = (grammar, text, signal) => {
      this.outlined.push(text);
      return outline(grammar, text, signal);
    };
    const open = bob.open.bind(bob);
    const { files } = this;
    bob.open = async (id) => {
      files.opened++;
      files.most = Math.max(files.most, ++files.open);
      const file = await open(id);
      const close = file.close.bind(file);
      file.close = () => {
        files.open--;
        close();
      };
      return file;
    };
    const counts = () => this.workers++;
    window.Worker = class extends Worker {
      constructor(...options: ConstructorParameters<typeof Worker>) {
        super(...options);
        counts();
      }
    };
  }

  static async open(): Promise<Lab> {
    const company = new Company();
    const ada = await company.found();
    return new Lab(ada, await company.join(ada, "Bob"));
  }

  async outline(name: string, text: string, outliner = this.outliner): Promise<Outlined | undefined> {
    const grammar = grammarOf(languageOf(name), name);
    if (grammar === undefined) throw new Error(`${name} has no grammar`);
    return await outliner.outline(grammar, text);
  }

  /** @returns the symbols as "12:3 kind Container.name", or why there are none. */
  async told(name: string, text: string): Promise<readonly string[] | string | undefined> {
    const outlined = await this.outline(name, text);
    if (typeof outlined !== "object") return outlined;
    return outlined.symbols.map(
      ({ kind, name, container, line, column }) =>
        `${line}:${column} ${kind} ${container === undefined ? "" : `${container}.`}${name}`,
    );
  }

  hasGrammar(name: string): boolean {
    return grammarOf(languageOf(name), name) !== undefined;
  }

  /** Ada makes a file with this text; Bob sees that it is there. @returns its id */
  async write(name: string, text: string): Promise<string> {
    const id = await this.ada.tree.create("file", undefined, name);
    const file = await opened(this.ada, id);
    file.text.insert(0, text);
    await saved(this.ada);
    file.close();
    await until(() => this.bob.tree.view.get().some((node) => node.id === id), "Bob sees the file");
    return id;
  }

  /** Bob reads the whole room. @returns what was found */
  async read(): Promise<RoomSymbols> {
    const end = this.index.begin(languageOf);
    await until(() => this.index.view.get().reading === undefined, "all was read");
    const found = this.index.view.get();
    end();
    return found;
  }

  begin(): () => void {
    return this.index.begin(languageOf);
  }
}

declare global {
  interface Window {
    symbols: Lab;
  }
}

window.symbols = await Lab.open();
