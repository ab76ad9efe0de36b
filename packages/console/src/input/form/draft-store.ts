/** Input that is not saved yet, kept in the browser's tab so that a reload does not lose it. A sign-out removes it (api/browser-data.ts). */

const PREFIX = "crm.draft";
/** Longer drafts are not kept: a tab has five megabytes for everything. */
const MAX_LENGTH = 200_000;

/** The part of `Storage` that drafts need. */
interface DraftStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

type Values = Readonly<Record<string, unknown>>;

interface Draft {
  readonly changes: Values;
  /** The version of the record that the user saw, and its values of the changed fields. A new record has none. */
  readonly base?: Values;
}

const isObject = (value: unknown): value is Values => typeof value === "object" && value !== null && !Array.isArray(value);

/** Another user of this tab never gets a draft: its key has the tenant and the user. */
export const draftKey = (scope: readonly string[], name: string): string => [PREFIX, ...scope, name].join(" ");

export function readDraft(storage: DraftStorage, key: string): Draft {
  try {
    const draft: unknown = JSON.parse(storage.getItem(key) ?? "{}");
    if (!isObject(draft) || !isObject(draft.changes)) return { changes: {} };
    return { changes: draft.changes, ...(isObject(draft.base) ? { base: draft.base } : {}) };
  } catch {
    return { changes: {} };
  }
}

export const hasDraft = (storage: DraftStorage, key: string): boolean => Object.keys(readDraft(storage, key).changes).length > 0;

/** Keeps what a user has typed, except secrets. An empty draft is removed. */
export function saveDraft(
  storage: DraftStorage,
  key: string,
  { changes, base }: Draft,
  secretFields: ReadonlySet<string> = new Set(),
): void {
  const omitSecrets = (values: Values): Values =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !secretFields.has(name)));
  const kept = omitSecrets(changes);
  const text = JSON.stringify({ changes: kept, ...(base ? { base: omitSecrets(base) } : {}) });
  try {
    if (Object.keys(kept).length === 0 || text.length > MAX_LENGTH) storage.removeItem(key);
    else storage.setItem(key, text);
  } catch {
    // The storage is full or switched off: the input stays in the page.
  }
}

/**
 * Returns what a draft of a stored record has as its base: the version and the values that the user saw before the changes. For the fields of a restored
 * draft these are older than `start`, the record as it was read again.
 */
export function buildDraftBase(start: Values, changes: Values, restored: Values | undefined): Values | undefined {
  if (start.version === undefined) return undefined;
  const seen = Object.fromEntries(Object.keys(changes).map((name) => [name, start[name] ?? null]));
  return { ...seen, version: start.version, ...restored };
}
