import { readValue } from "../../api/value-text.ts";

/** Saves changes of a record that someone else may have changed since it was read. */

type Values = Readonly<Record<string, unknown>>;

/** A field that the user changed, and someone else too. */
export interface FieldConflict {
  readonly name: string;
  readonly mine: unknown;
  readonly theirs: unknown;
}

export const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left ?? null) === JSON.stringify(right ?? null);

/** Returns the values that differ from the stored ones. */
export const pickChanges = (values: Values, stored: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => !isSame(value, stored[name])));

/** Lists the changed fields whose stored value differs from the one that the user saw, and from the one that the user wants. */
function listConflicts(base: Values, stored: Values, changes: Values): FieldConflict[] {
  return Object.entries(changes).flatMap(([name, mine]) => {
    const theirs = readValue(stored, name);
    return isSame(theirs, readValue(base, name)) || isSame(theirs, mine) ? [] : [{ name, mine, theirs }];
  });
}

interface SaveSteps<R extends Values> {
  /** Stores the changes if the record still has the version. Returns undefined if it has another one. */
  readonly patch: (changes: Values, version: number) => Promise<R | undefined>;
  readonly load: () => Promise<R>;
}

type SaveResult<R> = { readonly saved: R } | { readonly stored: R; readonly conflicts: readonly FieldConflict[] };

const MAX_ATTEMPTS = 3;

/**
 * Saves changes on the version that the user saw. If someone else has changed only other fields, the changes are saved on the new version. Otherwise it
 * returns the stored record and the fields about which the user has to decide.
 */
export async function saveChanges<R extends Values>(
  base: R,
  changes: Values,
  { patch, load }: SaveSteps<R>,
): Promise<SaveResult<R>> {
  let current = base;
  for (let attempt = 1; ; attempt++) {
    const saved = await patch(changes, Number(current.version));
    if (saved) return { saved };
    const stored = await load();
    const conflicts = listConflicts(current, stored, changes);
    if (conflicts.length > 0 || attempt === MAX_ATTEMPTS) return { stored, conflicts };
    current = stored;
  }
}
