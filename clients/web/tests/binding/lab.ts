import * as Y from "yjs";
import { monaco } from "../../src/editor/monaco.ts";
import { PeerCursors } from "../../src/editor/PeerCursors.ts";
import { offsetsOf, placeOf } from "../../src/editor/places.ts";
import { TextBinding } from "../../src/editor/TextBinding.ts";

/** One person at one editor on one replica. */
class Seat {
  readonly doc = new Y.Doc();
  readonly text = this.doc.getText("text");
  readonly undo = new Y.UndoManager(this.text, { trackedOrigins: new Set(), captureTimeout: 0 });
  readonly binding = new TextBinding(this.text, this.undo);
  readonly editor: monaco.editor.IStandaloneCodeEditor;
  readonly peers: PeerCursors;

  constructor(place: string) {
    this.editor = monaco.editor.create(document.getElementById(place)!, {
      model: this.binding.model,
      automaticLayout: true,
    });
    this.binding.attach(this.editor);
    this.peers = new PeerCursors(this.editor, this.text);
  }

  get value(): string {
    return this.binding.model.getValue();
  }

  /** Replaces `[start, end)` as the person at this keyboard would. */
  type(start: number, end: number, text: string): void {
    const { model } = this.binding;
    const range = monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end));
    this.editor.executeEdits("keyboard", [{ range, text, forceMoveMarkers: true }]);
  }
}

/** Two seats whose replicas exchange updates at once while connected, and all they missed when connected again. */
class Lab {
  readonly a = new Seat("a");
  readonly b = new Seat("b");
  readonly offsetsOf = offsetsOf;
  readonly placeOf = placeOf;
  /** A text that no seat has yet. */
  readonly anew = (content: string) => {
    const text = new Y.Doc().getText("text");
    text.insert(0, content);
    return { text, undo: new Y.UndoManager(text, { trackedOrigins: new Set(), captureTimeout: 0 }) };
  };
  #connected = true;

  constructor() {
    this.#carry(this.a, this.b);
    this.#carry(this.b, this.a);
  }

  #carry(from: Seat, to: Seat): void {
    from.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (this.#connected && origin !== "wire") Y.applyUpdate(to.doc, update, "wire");
    });
  }

  disconnect(): void {
    this.#connected = false;
  }

  connect(): void {
    this.#connected = true;
    const missedByB = Y.encodeStateAsUpdate(this.a.doc, Y.encodeStateVector(this.b.doc));
    Y.applyUpdate(this.a.doc, Y.encodeStateAsUpdate(this.b.doc, Y.encodeStateVector(this.a.doc)), "wire");
    Y.applyUpdate(this.b.doc, missedByB, "wire");
  }

  /** Random typing on both sides with cuts between, from a seed; the four texts must be one in the end. */
  storm(seed: number, steps: number): readonly string[] {
    let state = seed >>> 0;
    const below = (n: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * n);
    };
    const bits = ["x", "lorem ", "\n", "\r\n", "ß𝔘", "\t", "a\nb\nc", ""];
    for (let step = 0; step < steps; step++) {
      const seat = below(2) ? this.a : this.b;
      const kind = below(10);
      if (kind === 0) this.disconnect();
      else if (kind === 1) this.connect();
      else if (kind === 2) seat.undo.undo();
      else if (kind === 3) seat.undo.redo();
      else {
        const start = below(seat.value.length + 1);
        seat.type(start, Math.min(seat.value.length, start + below(6)), bits[below(bits.length)]!);
      }
    }
    this.connect();
    return [this.a.value, this.b.value, this.a.text.toString(), this.b.text.toString()];
  }
}

declare global {
  interface Window {
    lab: Lab;
  }
}

window.lab = new Lab();
