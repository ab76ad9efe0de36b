import * as z from "zod";
import { roles } from "../../kernel/permission.ts";
import { name, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { type BaseRecord, Collection } from "../../storage/table/collection.ts";
import { LAYOUT } from "./layout.kind.ts";

const MAX_SECTIONS = 50;
const MAX_FIELDS = 300;
const MAX_NAMES = 50;

const fieldName = () => name(128);

export const Section = z.strictObject({
  name: text(64).regex(/^[a-z][a-z0-9_]*$/, "Must be lower case letters, digits and underscores, beginning with a letter"),
  label: name(100).nullish().describe("null: the name of the section"),
  fields: z.array(fieldName()).max(MAX_FIELDS),
});

/** The parts of a layout. An omitted part is that of the default of the kind. */
export const fields = {
  sections: z.array(Section).max(MAX_SECTIONS).nullish().describe("Groups of fields on the page of a record, in their order"),
  primary: z.array(fieldName()).max(MAX_NAMES).nullish().describe("Fields of the form for a new record, in their order"),
  columns: z.array(fieldName()).max(MAX_NAMES).nullish().describe("Columns of lists, in their order"),
  card: z.array(fieldName()).max(MAX_NAMES).nullish().describe("Fields on the card of a board, below the title"),
  tabs: z.array(fieldName()).max(MAX_NAMES).nullish().describe("Tabs on the page of a record, in their order"),
};

export const Stored = z.object({
  kind: z.string().describe("Kind of the records"),
  role: oneOf(roles).nullable().describe("null: for all roles that have no layout of their own"),
  ...toStoredShape(fields),
});

export type LayoutRecord = z.output<typeof Stored> & BaseRecord;

export const Layouts = new Collection<LayoutRecord>({
  kind: LAYOUT,
  schema: Stored,
  personalData: { purpose: "Arrange fields, columns and tabs as the tenant wants them." },
  row: ["kind", "role"],
  indexes: {},
});
