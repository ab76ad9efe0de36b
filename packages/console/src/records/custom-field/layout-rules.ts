/** The layout of a kind as one list that a user can put in order: each group with its fields below it, and at the end the fields that are not shown. */

interface LayoutSection {
  readonly name: string;
  /** null: the label that the schema has for the name. */
  readonly label: string | null;
  readonly fields: readonly string[];
}

export interface LayoutParts {
  readonly sections: readonly LayoutSection[];
  readonly primary: readonly string[];
  readonly columns: readonly string[];
  readonly card: readonly string[];
  readonly tabs: readonly string[];
}

/** The answer of `GET /layouts/{kind}`. */
export interface LayoutAnswer {
  readonly version: number;
  readonly source: "role" | "tenant" | "default";
  readonly layout: LayoutParts;
}

export type LayoutEntry =
  | { readonly id: string; readonly type: "section"; readonly name: string; readonly label: string | null }
  | { readonly id: string; readonly type: "field"; readonly name: string };

/** The group of the fields that are not shown. It stays the last one. */
export const HIDDEN = "hidden fields";

const toSection = (name: string, label: string | null): LayoutEntry => ({ id: `section ${name}`, type: "section", name, label });
const toField = (name: string): LayoutEntry => ({ id: name, type: "field", name });

/** Returns the list of groups and fields. Fields that no group has come last. */
export function toEntries(sections: readonly LayoutSection[], known: readonly string[]): LayoutEntry[] {
  const placed = new Set(sections.flatMap(({ fields }) => fields));
  return [
    ...sections.flatMap(({ name, label, fields }) => [
      toSection(name, label),
      ...fields.filter((field) => known.includes(field)).map(toField),
    ]),
    toSection(HIDDEN, null),
    ...known.filter((name) => !placed.has(name)).map(toField),
  ];
}

/** Returns the groups of a list. */
export function toSections(entries: readonly LayoutEntry[]): LayoutSection[] {
  const sections: { name: string; label: string | null; fields: string[] }[] = [];
  for (const entry of entries)
    if (entry.type === "section") sections.push({ name: entry.name, label: entry.label, fields: [] });
    else sections.at(-1)?.fields.push(entry.name);
  return sections.filter(({ name }) => name !== HIDDEN);
}

/** Puts fields before or after another entry. Nothing comes before the first group. Groups move by `moveSection`. */
export function moveFields(
  entries: readonly LayoutEntry[],
  moved: readonly string[],
  target: { readonly id: string; readonly isAfter: boolean },
): LayoutEntry[] {
  const fields = entries.filter(({ id, type }) => type === "field" && moved.includes(id));
  const rest = entries.filter((entry) => !fields.includes(entry));
  const index = rest.findIndex(({ id }) => id === target.id);
  const place = index < 0 ? rest.length : Math.max(1, index + (target.isAfter ? 1 : 0));
  return [...rest.slice(0, place), ...fields, ...rest.slice(place)];
}

/** Puts fields at the end of a group. */
export function moveToSection(entries: readonly LayoutEntry[], field: string, section: string): LayoutEntry[] {
  const rest = entries.filter(({ id }) => id !== field);
  const start = rest.findIndex((entry) => entry.type === "section" && entry.name === section);
  const next = rest.findIndex((entry, index) => index > start && entry.type === "section");
  return moveFields(entries, [field], next < 0 ? { id: "", isAfter: true } : { id: rest[next]?.id ?? "", isAfter: false });
}

/** Moves a group with its fields one place up or down. */
export function moveSection(entries: readonly LayoutEntry[], name: string, places: -1 | 1): LayoutEntry[] {
  const sections = toSections(entries);
  const index = sections.findIndex((section) => section.name === name);
  const target = index + places;
  const moved = sections[index];
  if (!moved || target < 0 || target >= sections.length) return [...entries];
  const rest = sections.filter((section) => section !== moved);
  const known = entries.flatMap((entry) => (entry.type === "field" ? [entry.name] : []));
  return toEntries([...rest.slice(0, target), moved, ...rest.slice(target)], known);
}

/** Adds an empty group before those that are not shown. Its name is the first that is free. */
export function addSection(entries: readonly LayoutEntry[], label: string): LayoutEntry[] {
  const names = entries.map(({ name }) => name);
  let number = 1;
  while (names.includes(`group_${number}`)) number++;
  const end = entries.findIndex(({ name, type }) => type === "section" && name === HIDDEN);
  return [...entries.slice(0, end), toSection(`group_${number}`, label), ...entries.slice(end)];
}

/** Removes a group. Its fields are no longer shown. */
export function removeSection(entries: readonly LayoutEntry[], name: string): LayoutEntry[] {
  const known = entries.flatMap((entry) => (entry.type === "field" ? [entry.name] : []));
  return toEntries(
    toSections(entries).filter((section) => section.name !== name),
    known,
  );
}

export const renameSection = (entries: readonly LayoutEntry[], name: string, label: string): LayoutEntry[] =>
  entries.map((entry) => (entry.type === "section" && entry.name === name ? { ...entry, label } : entry));

/** Returns the body of the request. Parts of the default that were not changed are left out, so that they follow the default. */
export function buildLayoutBody(before: LayoutAnswer, after: LayoutParts): Partial<LayoutParts> {
  const parts = Object.entries(after).filter(
    ([name, value]) =>
      before.source !== "default" || JSON.stringify(value) !== JSON.stringify(before.layout[name as keyof LayoutParts]),
  );
  return Object.fromEntries(parts);
}
