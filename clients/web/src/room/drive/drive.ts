import type { DriveSite } from "../../app/drive.ts";
import { DriveProblem, problemOf } from "./DriveProblem.ts";
import { fetched, patiently } from "./patience.ts";

/** Google Drive's API, version 3, as far as it is used here: https://developers.google.com/workspace/drive/api/reference/rest/v3 */

export const archiveType = "application/zip";
const perPage = 100;

export interface Archive {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

export interface Listed {
  readonly archives: readonly Archive[];
  /** What `list` takes for more. */
  readonly next: string | undefined;
}

export interface Asker {
  readonly site: DriveSite;
  readonly token: string;
  readonly signal: AbortSignal;
}

/** The ZIPs that this client put there, the newest first, and the page of them. @throws DriveProblem */
export async function list(asker: Asker, page?: string): Promise<Listed> {
  const query = new URLSearchParams({
    q: `mimeType='${archiveType}' and trashed=false`,
    fields: "nextPageToken,files(id,name,size,modifiedTime)",
    orderBy: "modifiedTime desc",
    pageSize: String(perPage),
    ...(page !== undefined && { pageToken: page }),
  });
  const answer = await asked(asker, `/drive/v3/files?${query}`);
  const { files, nextPageToken } = (await answer.json()) as {
    files?: readonly { id: string; name: string; size?: string; modifiedTime?: string }[];
    nextPageToken?: string;
  };
  const archives = (files ?? []).map(({ id, name, size, modifiedTime }) => ({
    id,
    name,
    bytes: Number(size ?? 0),
    modified: Date.parse(modifiedTime ?? "") || 0,
  }));
  return { archives, next: nextPageToken || undefined };
}

/** What is in one, to be read from the answer. @throws DriveProblem */
export async function content(asker: Asker, id: string): Promise<Response> {
  return await asked(asker, `/drive/v3/files/${encodeURIComponent(id)}?alt=media`);
}

/** Begins an upload. @returns the address that takes it, which needs no token @throws DriveProblem */
export async function beginUpload(asker: Asker, name: string): Promise<string> {
  const answer = await asked(asker, "/upload/drive/v3/files?uploadType=resumable&fields=id,size", {
    method: "POST",
    headers: { "Content-Type": "application/json; charset=UTF-8", "X-Upload-Content-Type": archiveType },
    body: JSON.stringify({ name, mimeType: archiveType }),
  });
  const address = answer.headers.get("Location");
  if (address === null || new URL(address, answer.url).origin !== new URL(asker.site.api).origin)
    throw new DriveProblem("other", "Google Drive did not say where the upload goes.");
  return new URL(address, answer.url).href;
}

async function asked({ site, token, signal }: Asker, path: string, request: RequestInit = {}): Promise<Response> {
  return await patiently(async () => {
    const headers = { ...request.headers, Authorization: `Bearer ${token}` };
    const answer = await fetched(site.api + path, { ...request, headers, signal });
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  }, signal);
}
