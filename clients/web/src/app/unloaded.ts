/** What is said where a part of the page did not come. */
export const unloaded = "What this needs could not be loaded from the server. Try again when it can be reached.";
