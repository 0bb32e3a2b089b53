import { server } from "./route.ts";

/** How this page reaches Google Drive, by the word of the server's operator. */
export interface DriveSite {
  /** Of the operator's own project at Google. */
  readonly clientId: string;
  /** The page on which Google asks the person. */
  readonly auth: string;
  /** The base address of the API, without a slash at the end. */
  readonly api: string;
  /** The page of ours to which Google sends the answer. */
  readonly redirect: string;
}

const told = document.querySelector<HTMLMetaElement>("meta[name=coterie-drive]");

/** Undefined where the operator wants no Drive; the page was told when it was served. */
export const driveSite: DriveSite | undefined = told
  ? { clientId: told.content, auth: told.dataset.auth!, api: told.dataset.api!, redirect: `${server}/drive` }
  : undefined;
