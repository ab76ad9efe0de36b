import type { BaseRecord } from "../../storage/table/collection.ts";
import { basePersonalData, type DataClass, type DataSubject, type PersonalData } from "./declaration.ts";

/** Reads declarations of personal data as flat lists, for reports, extracts and checks. */

/** A declaration of any kind of record. */
export type Declaration = PersonalData<BaseRecord & Record<string, unknown>, string>;

interface DeclaredField {
  /** `owner_id`, or `participants.user_id` in an object or a list of objects. */
  readonly path: string;
  readonly data: DataClass | "staff" | "none";
  /** The subject that the field names, or else that of the record. Undefined for `none`, for `staff`, and where the record has none. */
  readonly subject: DataSubject | undefined;
}

type FieldTree = { readonly [name: string]: string | FieldTree };

/** Lists the fields of a kind with the base fields, members of objects one by one. */
export const listDeclaredFields = (declaration: Declaration): DeclaredField[] => [
  ...listFields(basePersonalData, declaration),
  ...listFields(declaration.fields as FieldTree, declaration),
];

const listFields = (fields: FieldTree, declaration: Declaration, prefix = ""): DeclaredField[] =>
  Object.entries(fields).flatMap(([name, data]) => {
    const path = `${prefix}${name}`;
    return typeof data === "string" ? [readField(path, data, declaration)] : listFields(data, declaration, `${path}.`);
  });

function readField(path: string, text: string, { subject, others = {} }: Declaration): DeclaredField {
  if (text === "none" || text === "staff") return { path, data: text, subject: undefined };
  const [other, data] = text.split(":");
  if (data === undefined) return { path, data: other as DataClass, subject };
  return { path, data: data as DataClass, subject: others[other as string] };
}

/** Lists the data subjects of a kind, that of the record first. */
export const listSubjects = ({ subject, others = {} }: Declaration): DataSubject[] => [
  ...(subject ? [subject] : []),
  ...Object.values(others),
];
