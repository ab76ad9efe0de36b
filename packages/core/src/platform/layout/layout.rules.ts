import { describeClosest } from "../../kernel/edit-distance.ts";
import type { ErrorDetail } from "../../kernel/error.ts";
import { joinSentences } from "../../kernel/text.ts";

/** Pure rules of layouts. */

interface LayoutSection {
  name: string;
  label?: string | null | undefined;
  fields: readonly string[];
}

export interface Layout {
  sections: readonly LayoutSection[];
  primary: readonly string[];
  columns: readonly string[];
  card: readonly string[];
  tabs: readonly string[];
}

/** The parts that are set; null or undefined: that of the default. */
export type LayoutParts = { readonly [P in keyof Layout]?: Layout[P] | null | undefined };

/** The names that a layout of a kind can contain, as far as the caller sees them. */
export interface LayoutNames {
  fields: ReadonlySet<string>;
  /** The fields that lists show. */
  listFields: ReadonlySet<string>;
  tabs: ReadonlySet<string>;
}

const NO_LIST_FIELD = "Lists do not show this field: name a field of their rows";

/** Returns the errors of a layout: names that do not exist or occur twice. */
export function findErrors(parts: LayoutParts, names: LayoutNames): ErrorDetail[] {
  const sections = parts.sections ?? [];
  const sectionFields = sections.flatMap((section, index) =>
    section.fields.map((name, position) => ({ name, field: `sections[${index}].fields[${position}]` })),
  );
  const check = (located: readonly LocatedName[], findError: (name: string, of: LayoutNames) => string | undefined) => [
    ...located.flatMap(({ name, field }) => {
      const message = findError(name, names);
      return message === undefined ? [] : [{ field, message }];
    }),
    ...findRepeated(located),
  ];
  return [
    ...findRepeated(sections.map(({ name }, index) => ({ name, field: `sections[${index}].name` }))),
    ...check(sectionFields, findFieldError),
    ...check(locate("primary", parts.primary), findFieldError),
    ...check(locate("columns", parts.columns), findListError),
    ...check(locate("card", parts.card), findListError),
    ...check(locate("tabs", parts.tabs), findTabError),
  ];
}

/** A name in a layout, and its path in the request. */
interface LocatedName {
  name: string;
  field: string;
}

const locate = (part: string, names: readonly string[] | null | undefined): LocatedName[] =>
  (names ?? []).map((name, index) => ({ name, field: `${part}[${index}]` }));

const findFieldError = (name: string, { fields }: LayoutNames): string | undefined =>
  fields.has(name) ? undefined : joinSentences(`This kind has no field ${name}`, describeClosest(name, fields));

const findTabError = (name: string, { tabs }: LayoutNames): string | undefined =>
  tabs.has(name) ? undefined : joinSentences(`This kind has no tab ${name}`, describeClosest(name, tabs));

const findListError = (name: string, names: LayoutNames): string | undefined =>
  names.fields.has(name) && !names.listFields.has(name) ? NO_LIST_FIELD : findFieldError(name, names);

function findRepeated(names: readonly LocatedName[]): ErrorDetail[] {
  const seen = new Set<string>();
  return names.flatMap(({ name, field }) => {
    if (seen.has(name)) return [{ field, message: `Must not name ${name} twice` }];
    seen.add(name);
    return [];
  });
}

/** A list with fewer columns tells records apart only by their names, so it has the columns of the default. */
const MIN_COLUMNS = 2;

/** Completes a layout with the parts of the default, and leaves out what the caller does not see or what no longer exists. */
export function resolveLayout(parts: LayoutParts, defaults: Layout, { fields, listFields, tabs }: LayoutNames): Layout {
  const pick = (names: readonly string[], known: ReadonlySet<string>): string[] => names.filter((name) => known.has(name));
  const columns = pick(parts.columns ?? defaults.columns, listFields);
  return {
    sections: (parts.sections ?? defaults.sections).map((section) => ({
      name: section.name,
      label: section.label ?? null,
      fields: pick(section.fields, fields),
    })),
    primary: pick(parts.primary ?? defaults.primary, fields),
    columns: columns.length < MIN_COLUMNS ? pick(defaults.columns, listFields) : columns,
    card: pick(parts.card ?? defaults.card, listFields),
    tabs: pick(parts.tabs ?? defaults.tabs, tabs),
  };
}

/** Returns the fields of the default sections that a layout leaves out. Pages offer them too, so that a layout hides no field from its reader. */
export function listOtherFields({ sections }: Pick<Layout, "sections">, defaults: Pick<Layout, "sections">): string[] {
  const placed = new Set(sections.flatMap(({ fields }) => fields));
  return defaults.sections.flatMap(({ fields }) => fields).filter((name) => !placed.has(name));
}
