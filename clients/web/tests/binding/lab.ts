import * as Y from "yjs";
import { monaco } from "../../src/editor/monaco.ts";
import { PeerCursors } from "../../src/editor/PeerCursors.ts";
import { offsetsOf, placeOf } from "../../src/editor/places.ts";
import { TextBinding } from "../../src/editor/TextBinding.ts";
import { shownText } from "../../src/editor/textForm.ts";

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
      quickSuggestions: false, // words of the other editor, which Enter would take where it is to end the line
      acceptSuggestionOnEnter: "smart",
    });
    this.binding.attach(this.editor);
    this.peers = new PeerCursors(this.editor, this.text);
  }

  get value(): string {
    return this.binding.model.getValue();
  }

  /** After an edit of one's own: letters stand in the text where the model says. */
  checkOffsets(): void {
    const mark = this.binding.form.get().marked ? "\ufeff" : "";
    if (mark + this.value !== this.text.toString())
      throw new Error(`${JSON.stringify(this.value)} is not ${JSON.stringify(this.text.toString())}`);
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

  /** Random typing on both sides with cuts between, from a seed; the two texts must be one in the end, and what the two models show of it. */
  storm(seed: number, steps: number): readonly (readonly string[])[] {
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
      else if (kind === 4 && below(4) === 0) seat.binding.endLines(below(2) ? "\n" : "\r\n");
      else if (kind === 5 && below(4) === 0) seat.binding.mark(below(2) === 1);
      else {
        const start = below(seat.value.length + 1);
        const before = seat.value;
        seat.type(start, Math.min(seat.value.length, start + below(6)), bits[below(bits.length)]!);
        if (seat.value !== before) seat.checkOffsets(); // what changes nothing evens nothing out
      }
    }
    this.connect();
    const { eol } = this.a.binding.form.get();
    return [
      [this.a.value, this.b.value, shownText(this.a.text.toString(), eol)],
      [this.a.text, this.b.text].map(String),
    ];
  }
}

declare global {
  interface Window {
    lab: Lab;
  }
}

window.lab = new Lab();
