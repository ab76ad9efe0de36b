import type { Layout, LayoutParts, LayoutSection } from "@crm/core/kernel/layout.ts";
import { listTitleFields } from "@crm/core/kernel/record-title.ts";
import { baseShape } from "@crm/core/storage/table/collection.ts";
import type * as z from "zod";
import type { LayoutParts as LayoutPartsSchema } from "../api/platform/record-schema.ts";
import type { DeclaredField, DeclaredKind } from "./kinds.ts";

/** Derives the layout of a kind from its fields and operations. What the domain declares in its `Layout` replaces a part. */

type CardSource = Pick<DeclaredKind, "fields" | "row" | "title">;

interface LayoutSource extends CardSource, Pick<DeclaredKind, "any_of"> {
  tabNames: readonly string[];
  /** Names of the tenant's own fields that the caller sees. */
  customNames: readonly string[];
}

const MAX_PRIMARY = 7;
const MAX_COLUMNS = 7;
const MAX_CARD = 3;

const systemFields = [...Object.keys(baseShape)].filter((name) => name !== "created_by");

/** Whether a field serves programs and not people. */
const isTechnical = ({ name, type, isCreated, isChanged }: DeclaredField): boolean =>
  name === "links" ||
  name === "version" ||
  name === "id" ||
  name === "sale_id" ||
  /_(?:sight|day|at_ms|revision)$/.test(name) ||
  (type === "json" && !isCreated && !isChanged);

export function deriveLayout(source: LayoutSource, declared: Layout = {}): z.output<typeof LayoutPartsSchema> {
  const parts: LayoutParts = {
    sections: completeSections(source, declared),
    primary: declared.primary ?? findPrimaryFields(source),
    columns: declared.columns ?? findColumns(source),
    card: [...findCardFields(source, declared)],
    tabs: declared.tabs ?? source.tabNames,
  };
  return structuredClone(parts) as z.output<typeof LayoutPartsSchema>;
}

function findPrimaryFields({ fields, title, any_of }: LayoutSource): string[] {
  const creatable = fields.filter(({ isCreated }) => isCreated);
  const names = [
    ...creatable.filter(({ required }) => required).map(({ name }) => name),
    ...listTitleFields(title),
    ...any_of.map(([first = ""]) => first),
    ...creatable.filter((field) => !isTechnical(field) && field.type !== "json").map(({ name }) => name),
  ];
  const known = new Set(creatable.map(({ name }) => name));
  return [...new Set(names)].filter((name) => known.has(name)).slice(0, MAX_PRIMARY);
}

/** Columns tell people what a record is, where it stands, whose it is, and when something happens. */
const columnRanks: readonly ((field: DeclaredField) => boolean)[] = [
  ({ type, multiple, name }) => !multiple && (type === "choice" || (type === "master" && /status|stage|priority/.test(name))),
  ({ type, record, multiple }) => !multiple && type === "reference" && record !== "user",
  ({ type }) => type === "money",
  ({ record, name }) => record === "user" && name !== "created_by",
  ({ type }) => type === "date" || type === "instant",
  ({ type, multiple, format }) => !multiple && type === "text" && format === undefined,
  ({ type }) => type === "email" || type === "phone" || type === "integer" || type === "number",
];

function findColumns({ fields, row, title }: CardSource): string[] {
  const inRow = row.flatMap((name) => fields.filter((field) => field.name === name && !isTechnical(field)));
  const candidates = inRow.filter(({ name }) => !systemFields.includes(name));
  const ranked = columnRanks.flatMap((fits) => candidates.filter(fits).slice(0, 2));
  const titleFields = listTitleFields(title).filter((name) => row.includes(name));
  return [...new Set([...titleFields, ...ranked.map(({ name }) => name)])].slice(0, MAX_COLUMNS);
}

/** Returns the fields of a card, below its title. */
export const findCardFields = (source: CardSource, declared: Layout): readonly string[] => {
  if (declared.card) return declared.card;
  const titleFields = listTitleFields(source.title);
  return findColumns(source)
    .filter((name) => !titleFields.includes(name))
    .slice(0, MAX_CARD);
};

/** Labels of the sections for fields that no declared section has. */
const sectionLabels = {
  custom: "Custom fields",
  details: "Details",
  texts: "Texts",
  progress: "Progress",
  system: "System",
} as const;
/** The section of the fields that a stored layout leaves out. Sections of tenants cannot have its name. */
export const otherFields = { name: "_other", label: "Other fields" } as const;
export const derivedSectionLabels: readonly string[] = [...Object.values(sectionLabels), otherFields.label];

/** Adds a section for each group of fields that the declared sections leave out. Hidden fields have none. */
function completeSections({ fields, customNames }: LayoutSource, { sections = [], hidden = [] }: Layout): LayoutSection[] {
  const placed = new Set([...sections.flatMap((section) => section.fields), ...hidden]);
  const rest = fields.filter(({ name, isShown }) => isShown && !placed.has(name)).filter((field) => !isTechnical(field));
  const select = (fits: (field: DeclaredField) => boolean): string[] => rest.filter(fits).map(({ name }) => name);
  const isSystem = ({ name }: DeclaredField): boolean => systemFields.includes(name) || name === "created_by";
  const isLong = ({ format, type }: DeclaredField): boolean => format === "long_text" || format === "markdown" || type === "json";
  const isWritable = ({ isCreated, isChanged }: DeclaredField): boolean => isCreated || isChanged;
  const derived: LayoutSection[] = [
    {
      name: "details",
      label: sectionLabels.details,
      fields: select((field) => isWritable(field) && !isLong(field) && !isSystem(field)),
    },
    { name: "texts", label: sectionLabels.texts, fields: select((field) => isWritable(field) && isLong(field)) },
    { name: "progress", label: sectionLabels.progress, fields: select((field) => !isWritable(field) && !isSystem(field)) },
    { name: "custom", label: sectionLabels.custom, fields: [...customNames] },
    { name: "system", label: sectionLabels.system, fields: select(isSystem) },
  ];
  const named = sections.map((section) => {
    const more = derived.find(({ name }) => name === section.name)?.fields ?? [];
    return { ...section, fields: [...section.fields, ...more] };
  });
  const names = new Set(sections.map(({ name }) => name));
  return [...named, ...derived.filter((section) => section.fields.length > 0 && !names.has(section.name))];
}
