/** Input that is not saved yet, kept in the browser's tab so that a reload does not lose it. A sign-out removes it (data/browser-data.ts). */

const PREFIX = "crm.draft";
/** Longer drafts are not kept: a tab has five megabytes for everything. */
const MAX_LENGTH = 200_000;

/** The part of `Storage` that drafts need. */
interface DraftStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

type Draft = Readonly<Record<string, unknown>>;

/** Another user of this tab never gets a draft: its key has the tenant and the user. */
export const draftKey = (scope: readonly string[], name: string): string => [PREFIX, ...scope, name].join(" ");

export function readDraft(storage: DraftStorage, key: string): Draft {
  try {
    const draft: unknown = JSON.parse(storage.getItem(key) ?? "{}");
    return typeof draft === "object" && draft !== null && !Array.isArray(draft) ? (draft as Draft) : {};
  } catch {
    return {};
  }
}

/** Keeps what a user has typed, except secrets. An empty draft is removed. */
export function saveDraft(storage: DraftStorage, key: string, draft: Draft, secretFields: ReadonlySet<string> = new Set()): void {
  const kept = Object.fromEntries(Object.entries(draft).filter(([name]) => !secretFields.has(name)));
  const text = JSON.stringify(kept);
  try {
    if (Object.keys(kept).length === 0 || text.length > MAX_LENGTH) storage.removeItem(key);
    else storage.setItem(key, text);
  } catch {
    // The storage is full or switched off: the input stays in the page.
  }
}
