import type { TreeNode } from "@coterie/core";
import { IconBinary, IconFile, IconFolder, IconMusic, IconPdf, IconPhoto } from "@tabler/icons-react";

const pictures = /\.(png|jpe?g|gif|webp|avif|bmp|ico|svg)$/i;
const sounds = /\.(mp3|wav|ogg|oga|opus|flac|m4a|aac)$/i;

/** What a line of the tree is, at a glance. A text is a text whatever it is called. */
export function NodeIcon({ node }: { node: TreeNode }) {
  const Icon = iconOf(node);
  return <Icon size={16} aria-hidden />;
}

function iconOf({ kind, shownName }: TreeNode) {
  if (kind !== "binary") return kind === "folder" ? IconFolder : IconFile;
  if (pictures.test(shownName)) return IconPhoto;
  if (sounds.test(shownName)) return IconMusic;
  return /\.pdf$/i.test(shownName) ? IconPdf : IconBinary;
}
