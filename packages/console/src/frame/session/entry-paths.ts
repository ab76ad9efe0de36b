/** The addresses of pages for people who are not signed in. Every other address asks them to sign in. */
const entryPaths = ["/crm/forgot-password", "/crm/reset-password", "/crm/activate"] as const;

export type EntryPath = (typeof entryPaths)[number];

/** Finds the entry page at the address. */
export const findEntryPath = (path: string): EntryPath | undefined =>
  entryPaths.find((entry) => entry === path.replace(/\/$/, ""));

/** Where a visitor creates a company. */
export const SIGN_UP_PATH = "/crm/signup";
