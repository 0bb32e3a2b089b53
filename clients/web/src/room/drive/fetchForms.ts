/** The part of this client that speaks to Google Drive. No page fetches it that was not asked for it. */
export async function fetchForms() {
  try {
    return await import("./DriveForm.tsx");
  } catch {
    throw new Error("This part of the page could not be fetched. Try again when the server answers.");
  }
}
