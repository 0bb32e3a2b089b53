import type { Goal, Way } from "../zip/Download.ts";
import { Upload } from "./Upload.ts";

/** @param session what `beginUpload` gave */
export function toDrive(session: string): Goal {
  return {
    title: "Google Drive",
    doing: (name) => `Saving ${name} to Google Drive`,
    done: (name) => `Saved ${name} to Google Drive`,
    failed: (name) => `${name} was not saved to Google Drive.`,
    cancel: "Cancel the upload",
    unit: "files",
    sinkFor: async (name, _, signal) => await new Upload(name, session, signal),
  };
}

export const fromDrive: Way = {
  title: "Google Drive",
  doing: (name) => `Fetching ${name} from Google Drive`,
  done: (name) => `Fetched ${name} from Google Drive`,
  failed: (name) => `${name} was not opened from Google Drive.`,
  cancel: "Cancel the opening",
  unit: "bytes",
};
