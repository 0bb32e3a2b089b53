import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  fixedStreams,
  idOf,
  isName,
  isNodeName,
  Limits,
  type MemberId,
  type NodeId,
  NodeNames,
  type OpId,
  ROOT,
  type RoomId,
  shownNames,
  type TreeChange,
  TreeKind,
  type TreeNodeState,
  TreeState,
} from "../src/protocol.ts";
import { encodeTreeState, parseTreeState, treeDigest, treeDigestHolds } from "../src/rooms/SnapshotState.ts";
import type { BlobId } from "../src/wire/Ids.ts";
import { BESIDE_HIDDEN, BLANK, HIDDEN } from "./vectors/Fixed.ts";

const ada = idOf<MemberId>(new Uint8Array(16).fill(1));
const bob = idOf<MemberId>(new Uint8Array(16).fill(2));
const streams = fixedStreams(idOf<RoomId>(new Uint8Array(16)));
const { CreateFile, CreateFolder, Rename, Move, Delete, Restore } = TreeKind;

function node(number: number): NodeId {
  return number.toString(16).padStart(32, "0") as NodeId;
}

class Forest {
  readonly tree = new TreeState(Object.values(streams));

  /** Takes the change where the rules allow it; the broken rule otherwise. */
  do(kind: TreeKind, id: NodeId, parent: NodeId = ROOT, member = ada, isOwner = false): string {
    const change: TreeChange = { kind, node: id, parent };
    const broken = this.tree.judge(change, member, isOwner);
    if (broken === undefined) this.tree.take(change, member);
    return broken?.rule ?? "ok";
  }
}

describe("the tree", () => {
  test("T1 a node id is new, not zero and no fixed stream; its parent is the root or a living folder", () => {
    const forest = new Forest();
    expect(forest.do(CreateFolder, node(1))).toBe("ok");
    expect(forest.do(CreateFile, node(2), node(1))).toBe("ok");
    expect(forest.do(CreateFile, node(1))).toBe("T1");
    expect(forest.do(CreateFile, ROOT)).toBe("T1");
    expect(forest.do(CreateFile, streams.chat)).toBe("T1");
    expect(forest.do(CreateFile, node(3), node(2))).toBe("T1");
    expect(forest.do(CreateFile, node(3), node(9))).toBe("T1");
    forest.do(Delete, node(1));
    expect(forest.do(CreateFile, node(3), node(1))).toBe("T1");
    expect(forest.do(CreateFile, node(2))).toBe("T1");
  });

  test("T1 L1 at most 20,000 nodes ever, at most 64 folders above one", () => {
    const deep = new Forest();
    for (let i = 0; i <= Limits.MaxDepth; i++) expect(deep.do(CreateFolder, node(i + 1), node(i))).toBe("ok");
    expect(deep.do(CreateFile, node(999), node(Limits.MaxDepth + 1))).toBe("T1");
    const wide = new Forest();
    for (let i = 1; i <= Limits.MaxNodes; i++) wide.do(CreateFile, node(i));
    wide.do(Delete, node(1));
    expect(wide.do(CreateFile, node(Limits.MaxNodes + 1))).toBe("T1");
  });

  test("T2 only what lives is renamed", () => {
    const forest = new Forest();
    forest.do(CreateFile, node(1));
    expect(forest.do(Rename, node(1), ROOT, bob)).toBe("ok");
    expect(forest.do(Rename, node(2))).toBe("T2");
    forest.do(Delete, node(1));
    expect(forest.do(Rename, node(1))).toBe("T2");
  });

  test("T3 a move needs a living node and folder, no cycle, no depth over 64", () => {
    const forest = new Forest();
    for (let i = 1; i <= 3; i++) forest.do(CreateFolder, node(i), node(i - 1));
    expect(forest.do(Move, node(3), node(1))).toBe("ok");
    expect(forest.do(Move, node(1), node(3))).toBe("T3");
    expect(forest.do(Move, node(1), node(1))).toBe("T3");
    expect(forest.do(Move, node(9), node(1))).toBe("T3");
    expect(forest.do(Move, node(3), node(9))).toBe("T3");
    for (let i = 10; i <= 10 + Limits.MaxDepth - 1; i++)
      forest.do(CreateFolder, node(i), i === 10 ? ROOT : node(i - 1));
    expect(forest.do(Move, node(1), node(10 + Limits.MaxDepth - 1))).toBe("T3");
    expect(forest.do(Move, node(2), node(10 + Limits.MaxDepth - 1))).toBe("ok");
  });

  test("T4 an owner deletes anything, a creator their own and folders of only theirs", () => {
    const forest = new Forest();
    forest.do(CreateFolder, node(1));
    forest.do(CreateFile, node(2), node(1), bob);
    expect(forest.do(Delete, node(2), ROOT, ada)).toBe("T4");
    expect(forest.do(Delete, node(1), ROOT, ada)).toBe("T4");
    expect(forest.do(Delete, node(2), ROOT, bob)).toBe("ok");
    expect(forest.do(Delete, node(2), ROOT, bob)).toBe("T4");
    expect(forest.do(Delete, node(1), ROOT, ada)).toBe("ok");
    forest.do(CreateFile, node(3), ROOT, bob);
    expect(forest.do(Delete, node(3), ROOT, ada, true)).toBe("ok");
  });

  test("T4 T5 what died together returns together, what was deleted before does not", () => {
    const forest = new Forest();
    forest.do(CreateFolder, node(1));
    forest.do(CreateFile, node(2), node(1));
    forest.do(CreateFile, node(3), node(1));
    forest.do(Delete, node(2));
    forest.do(Delete, node(1));
    expect(forest.do(Restore, node(3))).toBe("T5");
    expect(forest.do(Restore, node(1), node(1))).toBe("T5");
    expect(forest.do(Restore, node(1))).toBe("ok");
    expect(forest.tree.lives(node(3))).toBe(true);
    expect(forest.tree.lives(node(2))).toBe(false);
    expect(forest.do(Restore, node(2), node(1))).toBe("ok");
    expect(forest.tree.livingChildren(node(1)).toSorted()).toEqual([node(2), node(3)]);
    expect(forest.do(Restore, node(2))).toBe("T5");
  });

  test("T8 any allowed changes leave every living node under living folders, and a snapshot's nodes give the same tree", () => {
    const seed = Number(process.env.COTERIE_SEED ?? Date.now() % 2 ** 31);
    const change = fc.tuple(fc.nat(5), fc.nat(12), fc.nat(12), fc.constantFrom(ada, bob), fc.boolean());
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const forest = new Forest();
        for (const [kind, id, parent, member, isOwner] of changes)
          forest.do(kind as TreeKind, node(id), node(parent), member, isOwner);
        for (const { id, parent } of forest.tree.all())
          if (forest.tree.lives(id)) expect(parent === ROOT || forest.tree.lives(parent)).toBe(true);
        const again = TreeState.load(Object.values(streams), [...forest.tree.all()])!;
        expect([...again.all()]).toEqual([...forest.tree.all()]);
        expect(again.livingChildren(ROOT).toSorted()).toEqual(forest.tree.livingChildren(ROOT).toSorted());
      }),
      { seed, numRuns: 500 },
    );
  });

  test("T6 names that may be, and names that may not", () => {
    for (const name of ["a", "ä", "...", "x".repeat(200), "a b.txt"]) expect(isNodeName(name)).toBe(true);
    for (const name of ["", ".", "..", "a/b", "a\\b", "a\u0000", "a\u009f", "x".repeat(201), "é".repeat(101)])
      expect(isNodeName(name)).toBe(false);
  });

  test("T9 a hidden character makes a name void wherever it stands, its neighbours do not", () => {
    for (const hidden of HIDDEN)
      for (const name of [hidden, `${hidden}a.txt`, `a${hidden}txt.exe`, `a.txt${hidden}`]) {
        expect(isName(name)).toBe(false);
        expect(isNodeName(name)).toBe(false);
      }
    for (const neighbour of BESIDE_HIDDEN) expect(isName(`a${neighbour}b`)).toBe(true);
  });

  test("T9 a name shows something; a person may have a slash in theirs", () => {
    for (const blank of [...BLANK, BLANK.join("")]) {
      expect(isName(blank)).toBe(false);
      expect(isName(`${blank}a${blank}`)).toBe(true);
    }
    for (const name of ["Ann/Bob", ".", "👩‍💻", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم"]) expect(isName(name)).toBe(true);
  });

  test("T6 of equal names the later shows a number", () => {
    expect(shownNames(["a.ts", "A.ts", "b", "a.ts"])).toEqual(["a.ts", "A (2).ts", "b", "a (3).ts"]);
    expect(shownNames([".env", ".env"])).toEqual([".env", ".env (2)"]);
  });

  test("T8 a snapshot's nodes that make no tree are not believed", () => {
    const make = (change: Partial<TreeNodeState>, more: TreeNodeState[] = []) => {
      const one = { id: node(1), kind: CreateFolder, creator: ada, parent: ROOT, diedWith: undefined, ...change };
      return TreeState.load(Object.values(streams), [one, ...more]);
    };
    const under = (id: number, parent: NodeId, change: Partial<TreeNodeState> = {}): TreeNodeState => ({
      id: node(id),
      kind: CreateFolder,
      creator: ada,
      parent,
      diedWith: undefined,
      ...change,
    });
    expect(make({})).toBeDefined();
    expect(make({}, [under(2, node(1), { kind: CreateFile })])).toBeDefined();
    expect(make({ id: ROOT }), "the root").toBeUndefined();
    expect(make({ id: streams.chat as string as NodeId }), "a fixed stream").toBeUndefined();
    expect(make({ parent: node(9) }), "no parent").toBeUndefined();
    expect(make({ parent: node(1) }), "under itself").toBeUndefined();
    expect(make({ parent: node(2) }, [under(2, node(1))]), "a cycle").toBeUndefined();
    expect(make({ kind: CreateFile }, [under(2, node(1))]), "under a file").toBeUndefined();
    expect(make({ diedWith: node(1) }, [under(2, node(1))]), "living under dead").toBeUndefined();
    expect(make({}, [under(2, node(1), { diedWith: node(1) })]), "dead with the living").toBeUndefined();
    expect(make({ diedWith: node(1) }, [under(2, node(1), { diedWith: node(1) })])).toBeDefined();
    const deep = (levels: number) => Array.from({ length: levels }, (_, i) => under(i + 2, node(i + 1)));
    expect(make({}, deep(Limits.MaxDepth))).toBeDefined();
    expect(make({}, deep(Limits.MaxDepth + 1)), "too deep").toBeUndefined();
    const many = (count: number) => Array.from({ length: count }, (_, i) => under(i + 2, node(1)));
    expect(make({}, many(Limits.MaxNodes - 1))).toBeDefined();
    expect(make({}, many(Limits.MaxNodes)), "too many").toBeUndefined();
  });

  test("T6 T7 T8 a name that is void by content changes no name; what an operation was called is not asked", () => {
    const names = new NodeNames();
    const op = (number: number) => node(number) as string as OpId;
    const create = { kind: CreateFile, node: node(1), parent: ROOT } as const;
    const rename = { kind: Rename, node: node(1), parent: ROOT } as const;
    expect(names.take(create, { opId: op(1), name: "a/b" })).toBe(false);
    expect(names.get(node(1))).toBe("unnamed");
    expect(names.take(rename, { opId: op(1), name: "a.txt" })).toBe(true);
    expect(names.take(rename, { opId: op(1), name: "b.txt" })).toBe(true);
    expect(names.take(rename, { opId: op(1), name: "a.txt" })).toBe(true);
    expect(names.take(rename, undefined)).toBe(false);
    expect(names.get(node(1))).toBe("a.txt");
    expect(names.take({ kind: Move, node: node(1), parent: node(2) }, { opId: op(2), name: "" })).toBe(true);
    expect(names.take({ kind: Delete, node: node(1), parent: ROOT }, { opId: op(3) })).toBe(true);
    expect(names.get(node(1))).toBe("a.txt");
    const { tree } = new Forest();
    tree.take(create, ada);
    const again = new NodeNames(names.of(tree));
    expect(again.get(node(1))).toBe("a.txt");
  });
});

test("N4 T11 a key of zeros is none, and a snapshot says it as its record did", () => {
  const tree = new TreeState(Object.values(streams));
  const names = new NodeNames();
  const change = { kind: TreeKind.CreateBinary, node: node(1), parent: ROOT, blob: "b".repeat(64) as BlobId };
  tree.take(change, ada);
  const secret = { key: new Uint8Array(32), size: 5 };
  expect(names.take(change, { opId: idOf<OpId>(new Uint8Array(16)), name: "a.png", secret })).toBe(true);
  expect(names.contentOf(node(1))).toBeUndefined();
  const state = parseTreeState(encodeTreeState(names.of(tree), { versionFloor: 0, counters: new Map() }));
  if ("error" in state) throw new Error(state.error);
  expect(treeDigestHolds(state)).toBe(true);
  const again = new NodeNames(state.nodes);
  expect(again.contentOf(node(1))).toBeUndefined();
  expect(treeDigest(again.of(tree))).toEqual(treeDigest(names.of(tree)));
});
