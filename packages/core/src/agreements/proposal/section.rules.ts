import type { ErrorDetail } from "../../kernel/error.ts";
import { fillMergeFields, type Path, parseMergeFields, type Values } from "../../messaging/template/merge-fields.rules.ts";

/** Pure rules of proposal sections: the fields of each type, and inserting values (docs/agreements/proposals.md). */

export const sectionTypes = ["TEXT", "PICTURE", "QUOTE_LINES"] as const;
type SectionType = (typeof sectionTypes)[number];

export const bounds = {
  sections: 100,
  /** Maximum pictures; each is held in memory when the document is rendered. */
  pictures: 20,
  /** Maximum UTF-16 units of all sections with values inserted. */
  shown: 500_000,
} as const;

export interface Section {
  section_type: SectionType;
  heading: string | null;
  text: string | null;
  attachment_id: string | null;
  alt_text: string | null;
  page_break: boolean;
}

type Field = "heading" | "text" | "attachment_id" | "alt_text";

/** Required and allowed fields of each type. */
const fieldRules: Readonly<Record<SectionType, { must: readonly Field[]; may: readonly Field[] }>> = {
  TEXT: { must: [], may: ["heading", "text"] },
  PICTURE: { must: ["attachment_id", "alt_text"], may: ["heading"] },
  QUOTE_LINES: { must: [], may: ["heading"] },
};

const fields = ["heading", "text", "attachment_id", "alt_text"] as const satisfies readonly Field[];
const isEmpty = (value: string | null): boolean => (value ?? "").trim() === "";

/** Returns the faults of a single section. `at` is its path in the input. */
export function findSectionFaults(section: Section, path: string): ErrorDetail[] {
  const { must, may } = fieldRules[section.section_type];
  const createFault = (field: Field, message: string): ErrorDetail => ({ field: `${path}${field}`, message });
  const shape = fields.flatMap((field) => {
    if (must.includes(field))
      return isEmpty(section[field]) ? [createFault(field, `Required for a ${section.section_type} section`)] : [];
    return may.includes(field) || section[field] === null
      ? []
      : [createFault(field, `Not allowed in a ${section.section_type} section`)];
  });
  const isBlank = section.section_type === "TEXT" && isEmpty(section.heading) && isEmpty(section.text);
  const merged = (["heading", "text"] as const).flatMap((field) =>
    parseMergeFields(section[field] ?? "", "document").faults.map((message) => createFault(field, message)),
  );
  return [...shape, ...(isBlank ? [createFault("text", "Required if there is no heading")] : []), ...merged];
}

/** Returns the faults of the list of sections. */
export function findListFaults(sections: readonly Section[], pathAt: (place: number) => string): ErrorDetail[] {
  const findExcess = (type: SectionType, count: number, message: string): ErrorDetail[] => {
    const excessIndex = sections.flatMap((section, index) => (section.section_type === type ? [index] : []))[count];
    return excessIndex === undefined ? [] : [{ field: `${pathAt(excessIndex)}section_type`, message }];
  };
  return [
    ...(sections.length > bounds.sections
      ? [{ field: "sections", message: `Must have at most ${bounds.sections} sections` }]
      : []),
    ...findExcess("PICTURE", bounds.pictures, `A proposal can have at most ${bounds.pictures} pictures`),
    ...findExcess("QUOTE_LINES", 1, "A proposal can show the lines of its quote only once"),
  ];
}

interface MissingValue {
  field: string;
  path: Path;
}

/** Inserts values into merge fields, and lists the fields without a value. */
export function resolveSections<S extends Section>(
  sections: readonly S[],
  values: Values,
): { sections: S[]; missing: MissingValue[]; length: number } {
  const missing: MissingValue[] = [];
  let length = 0;
  const filledSections = sections.map((section, index) => {
    const fillField = (field: "heading" | "text"): string | null => {
      const value = section[field];
      if (value === null) return null;
      const done = fillMergeFields(value, "document", values);
      missing.push(...done.missing.map((path) => ({ field: `sections[${index}].${field}`, path })));
      length += done.text.length;
      return done.text;
    };
    return { ...section, heading: fillField("heading"), text: fillField("text") };
  });
  return { sections: filledSections, missing, length };
}

/** Returns the faults that make the sections unfit for a customer. */
export function findResolvedFaults(sections: readonly Section[], values: Values): ErrorDetail[] {
  const { missing, length } = resolveSections(sections, values);
  const without = missing.map(({ field, path }) => ({
    field,
    message: `{{${path}}} has no value: add a fallback, {{${path}|…}}`,
  }));
  const tooLong = { field: "sections", message: `Must have at most ${bounds.shown} characters, including merge field values` };
  return [...without, ...(length > bounds.shown ? [tooLong] : [])];
}

/** Sorts the sections by ids. Each id must occur once; otherwise the faults are returned. */
export function sortByIds<S extends { id: string }>(
  sections: readonly S[],
  ids: readonly string[],
): { sections: S[] } | { wrong: ErrorDetail[] } {
  const byId = new Map(sections.map((section) => [section.id, section]));
  const seen = new Set<string>();
  const orderedSections: S[] = [];
  const details: ErrorDetail[] = [];
  for (const [index, id] of ids.entries()) {
    const section = byId.get(id);
    if (!section) details.push({ field: `section_ids[${index}]`, message: "The proposal has no section with this id" });
    else if (seen.has(id)) details.push({ field: `section_ids[${index}]`, message: "Must be listed only once" });
    else orderedSections.push(section);
    seen.add(id);
  }
  const missingIds = sections.filter(({ id }) => !seen.has(id)).map(({ id }) => id);
  if (missingIds.length > 0)
    details.push({ field: "section_ids", message: `Must list every section; missing: ${missingIds.slice(0, 5).join(", ")}` });
  return details.length > 0 ? { wrong: details } : { sections: orderedSections };
}
