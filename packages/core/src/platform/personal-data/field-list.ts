import * as z from "zod";
import { isActorSchema } from "../../kernel/actor.ts";
import { describeSchema, type FieldType } from "../../kernel/field.ts";
import {
  type DataClass,
  type DataSubject,
  type FieldData,
  findDeclaredData,
  type KindPersonalData,
} from "../../kernel/personal-data.ts";
import { findReferencedKind, type Shape, valueSchema } from "../../kernel/schema.ts";
import type { BaseRecord, Definition } from "../../storage/table/collection.ts";

/** Reads the personal data of a kind as flat lists, for reports, extracts and checks. */

interface DeclaredField {
  /** `owner_id`, or `participants.user_id` in an object or a list of objects. */
  readonly path: string;
  readonly data: DataClass | "staff" | "none";
  /** The subject that the field names, or else that of the record. Undefined for `none`, for `staff`, and where the record has none. */
  readonly subject: DataSubject | undefined;
}

/** The base fields of every record. `id` leads to the person if the record has a subject. */
const basePersonalData = {
  id: "reference",
  version: "none",
  created_at: "relationship",
  created_by: "staff",
  updated_at: "none",
  updated_by: "staff",
  deleted_at: "relationship",
} as const satisfies Record<keyof BaseRecord, FieldData>;

/** The class of a field in a record about a person, by its type. Text may contain anything; a fixed set of words says little about a person. */
const dataByType: Readonly<Record<FieldType, FieldData>> = {
  text: "free_text",
  integer: "none",
  number: "none",
  money: "financial",
  date: "relationship",
  instant: "relationship",
  boolean: "none",
  choice: "none",
  choices: "none",
  url: "contact",
  email: "contact",
  phone: "contact",
  reference: "reference",
  master: "relationship",
  json: "free_text",
};

/** The part of a collection that says what its fields are. */
interface DeclaredKind {
  readonly definition: Pick<Definition<BaseRecord>, "personalData" | "schema">;
}

/** Lists the fields of a kind with the base fields, members of objects one by one unless the object is declared as a whole. */
export const listDeclaredFields = ({ definition: { personalData, schema } }: DeclaredKind): DeclaredField[] => [
  ...Object.entries(basePersonalData).map(([name, data]) => readField(name, data, personalData)),
  ...listFields(schema.shape, personalData),
];

const listFields = (shape: Shape, kind: KindPersonalData, prefix = ""): DeclaredField[] =>
  Object.entries(shape).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    if (prefix === "" && (name === "links" || Object.hasOwn(basePersonalData, name))) return [];
    const data = kind.sharedFields?.[path] ?? findData(schema);
    const inner = unwrapElement(schema);
    if (data === undefined && inner instanceof z.ZodObject) return listFields(inner.shape, kind, `${path}.`);
    return [readField(path, data ?? defaultData(schema), kind)];
  });

/** Returns what a field, or else the element of a list, declares. */
function findData(schema: z.ZodType): FieldData | undefined {
  const value = valueSchema(schema);
  return findDeclaredData(value) ?? (value instanceof z.ZodArray ? findData(value.element as z.ZodType) : undefined);
}

/** Returns the class that the type of a field, or of the elements of a list, implies. */
function defaultData(schema: z.ZodType): FieldData {
  const value = valueSchema(schema);
  if (value instanceof z.ZodArray) return defaultData(value.element as z.ZodType);
  const inner = unwrapElement(value);
  if (isActorSchema(inner) || findReferencedKind(inner)?.name === "user") return "staff";
  return dataByType[describeSchema(value, "output").type];
}

/** Removes optional, nullable, list and the like. */
export function unwrapElement(schema: z.ZodType): z.ZodType {
  const value = valueSchema(schema);
  const definition = value._zod.def as PipeOrArray;
  const { type, element, out } = definition;
  const inner = type === "pipe" ? (out?._zod.def.type === "transform" ? definition.in : out) : element;
  return inner ? unwrapElement(inner) : value;
}

interface PipeOrArray {
  readonly type: string;
  readonly element?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
}

/** In a record about no person, only ids of users and credentials are listed. */
function readField(path: string, declared: string, { subject, others = {} }: KindPersonalData): DeclaredField {
  if (declared === "none" || declared === "staff") return { path, data: declared, subject: undefined };
  const [first = "", second] = declared.split(":");
  if (second !== undefined) return { path, data: second as DataClass, subject: others[first] };
  if (!subject && first !== "credential") return { path, data: "none", subject: undefined };
  return { path, data: first as DataClass, subject };
}

/** Lists the data subjects of a kind, that of the record first. */
export const listSubjects = ({ subject, others = {} }: KindPersonalData): DataSubject[] => [
  ...(subject ? [subject] : []),
  ...Object.values(others),
];
