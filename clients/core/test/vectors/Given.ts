import {
  exportScalar,
  generateIdentity,
  generateKeyPair,
  idOf,
  knockKeyOf,
  Role,
  type RoomId,
  runIdOf,
  sealHand,
  sealLetter,
  sealOrder,
  signCert,
  toHex,
  wrapPlace,
  wrapRole,
} from "../../src/protocol.ts";
import { found, random } from "../Founding.ts";

/** Vector files of what is sealed to one person: written once, as their keys are drawn. */
export const given: Readonly<Record<string, () => Promise<object[]>>> = {
  "letters.json": async () => {
    const { founding, own, cert } = await stranger();
    const owner = await generateKeyPair("dh", true);
    const [roomId, door, name] = [founding.genesis.roomId, 2, "Ada Løvelace 🌍"];
    const knockKey = knockKeyOf(founding.epochKeyBytes, roomId, door);
    return [
      {
        name: "Q5 a letter",
        roomId,
        epochKey: toHex(founding.epochKeyBytes),
        door,
        knockKey: toHex(knockKey),
        letterName: name,
        signPub: toHex(cert.signPub),
        dhPub: own.publicKey,
        privateScalar: toHex(await exportScalar(owner)),
        publicKey: toHex(owner.publicPoint),
        sealed: toHex(await sealLetter({ door, knockKey, name }, owner.publicPoint, roomId, cert)),
      },
    ];
  },
  "run-orders.json": async () => {
    const own = await generateKeyPair("dh", true); // the server's, and an owner's
    const roomId = idOf<RoomId>(random(16));
    const [order, handKey] = [random(300), random(32)];
    const sealed = await sealOrder(own.publicPoint, roomId, order);
    const run = runIdOf(roomId, sealed);
    return [
      {
        name: "X2 X5 an order for the server, and typing for an owner",
        roomId,
        privateScalar: toHex(await exportScalar(own)),
        publicKey: toHex(own.publicPoint),
        order: toHex(order),
        handKey: toHex(handKey),
        sealed: toHex(sealed),
        run,
        hand: toHex(await sealHand(own.publicPoint, roomId, run, handKey)),
      },
    ];
  },
  "wraps.json": async () => {
    const [asRole, asPlace] = [await roleWrap(), await placeWrap()];
    return [
      {
        name: "A2 the keys of a role",
        ...shownWrap(asRole),
        role: Role.Viewer,
        cert: "",
        linkSecret: toHex(asRole.linkSecret),
      },
      {
        name: "A2 a place by an owner's certificate",
        ...shownWrap(asPlace),
        role: Role.Editor,
        cert: toHex(asPlace.cert.bytes),
        linkSecret: "",
      },
    ];
  },
};

async function stranger() {
  const founding = await found();
  const identity = await generateIdentity(true);
  const own = { privateScalar: toHex(await exportScalar(identity.dh)), publicKey: toHex(identity.dh.publicPoint) };
  const { roomId } = founding.genesis;
  const [signPub, dhPub] = [identity.sign.publicPoint, identity.dh.publicPoint];
  const fields = { roomId, epoch: 0, role: Role.Editor, signPub, dhPub, issuer: 1 };
  const cert = await signCert(fields, founding.owner.sign.privateKey);
  return { founding, own, cert, head: { roomId, version: 0, signer: 0 }, key: founding.owner.sign.privateKey };
}

export async function roleWrap() {
  const { founding, own, cert, head, key } = await stranger();
  const linkSecret = random(32);
  const admissionScalar = await exportScalar(founding.viewerAdmission);
  const keys = { role: Role.Viewer, epochKey: founding.epochKeyBytes, admissionScalar, linkSecret };
  return { founding, own, linkSecret, wrap: await wrapRole(head, cert, keys, key) };
}

export async function placeWrap() {
  const { founding, own, cert, head, key } = await stranger();
  return { founding, own, cert, wrap: await wrapPlace(head, { epochKey: founding.epochKeyBytes, cert }, key) };
}

function shownWrap({ founding, own, wrap }: Awaited<ReturnType<typeof roleWrap | typeof placeWrap>>): object {
  return {
    manifest: toHex(founding.manifest.bytes),
    bytes: toHex(wrap.bytes),
    ...own,
    epochKey: toHex(founding.epochKeyBytes),
  };
}
