/** Rules of ordered clauses that need no browser: those of contract templates, and the terms of a contract. */

export const CLAUSE_LEVELS = [1, 2, 3] as const;
/** The API takes keys of at most this length. */
const MAX_KEY = 63;

interface Leveled {
  readonly level?: number | null;
}

const toLetters = (count: number): string =>
  count <= 0 ? "" : `${toLetters(Math.floor((count - 1) / 26))}${String.fromCodePoint(97 + ((count - 1) % 26))}`;

/** Numbers clauses by their levels as the API does: `1.`, `1.1`, `(a)`. */
export function numberClauses(clauses: readonly Leveled[]): string[] {
  let [first, second, third] = [0, 0, 0];
  return clauses.map(({ level }) => {
    if (level === 3) return `(${toLetters(++third)})`;
    third = 0;
    if (level === 2) return `${Math.max(first, 1)}.${++second}`;
    second = 0;
    return `${++first}.`;
  });
}

/** Moves the entry at a place by some places, as far as the list goes. */
export function moveEntry<T>(entries: readonly T[], index: number, places: number): T[] {
  const entry = entries[index];
  if (entry === undefined) return [...entries];
  const rest = entries.filter((_, other) => other !== index);
  const target = Math.min(Math.max(index + places, 0), rest.length);
  return [...rest.slice(0, target), entry, ...rest.slice(target)];
}

/** Moves the entries at these places before or after another one. */
export function dropEntries<T>(entries: readonly T[], moved: readonly number[], target: number, isAfter: boolean): T[] {
  const marked = entries.map((entry, index) => ({ entry, index }));
  const rest = marked.filter(({ index }) => !moved.includes(index));
  const place = rest.filter(({ index }) => (isAfter ? index <= target : index < target)).length;
  return [...rest.slice(0, place), ...marked.filter(({ index }) => moved.includes(index)), ...rest.slice(place)].map(
    ({ entry }) => entry,
  );
}

/** Returns a key for a clause from its heading, which no other clause has. */
export function buildClauseKey(heading: string, taken: ReadonlySet<string>): string {
  const base =
    heading
      .normalize("NFKD")
      .toLowerCase()
      .replaceAll(/[\u0300-\u036f]/g, "")
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-+|-+$/g, "")
      .slice(0, MAX_KEY - 4) || "clause";
  if (!taken.has(base)) return base;
  for (let count = 2; ; count++) if (!taken.has(`${base}-${count}`)) return `${base}-${count}`;
}

interface FactField {
  readonly name: string;
  readonly label: string;
  readonly fields?: readonly FactField[];
}

export interface Placeholder {
  /** What is inserted: `{{customer.name}}`. */
  readonly id: string;
  readonly label: string;
}

/** Lists the placeholders of clauses from the schema of the facts: those of each object, and references to other clauses. */
export const listPlaceholders = (
  facts: readonly FactField[],
  clauses: readonly { readonly key: string; readonly label: string }[],
): Placeholder[] => [
  ...facts.flatMap((group) =>
    (group.fields ?? []).map(({ name, label }) => ({ id: `{{${group.name}.${name}}}`, label: `${group.label}: ${label}` })),
  ),
  ...clauses.map(({ key, label }) => ({ id: `{{ref:${key}}}`, label: `§ ${label}` })),
];

/** Returns the label of a placeholder by its path without its format. A path without a label is a mistake in the text. */
export function createPlaceholderNames(placeholders: readonly Placeholder[]): (path: string) => string | undefined {
  const labels = new Map(placeholders.map(({ id, label }) => [id.slice(2, -2), label]));
  return (path) => labels.get(path);
}
