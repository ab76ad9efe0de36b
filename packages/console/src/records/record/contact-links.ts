import type { Field, Kind, RecordData } from "../../api/kind.ts";

/** A number or an address in the head of a record. */
interface ContactLink {
  readonly type: "phone" | "email";
  readonly text: string;
  readonly href: string;
}

const schemes = { phone: "tel:", email: "mailto:" } as const;

const readFirst = (value: unknown): string => {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first.trim() : "";
};

/** A masked value is no address. */
const isMasked = (text: string): boolean => text.includes("•");

const findLink = (type: ContactLink["type"], fields: readonly Field[], record: RecordData): ContactLink[] => {
  const text = fields
    .filter((field) => field.type === type && field.visible)
    .map(({ name }) => readFirst(record[name]))
    .find((candidate) => candidate !== "" && !isMasked(candidate));
  return text === undefined ? [] : [{ type, text, href: `${schemes[type]}${text.replaceAll(/\s/g, "")}` }];
};

/** Finds the first telephone number and the first email address of a record. */
export const findContactLinks = ({ fields }: Pick<Kind, "fields">, record: RecordData): ContactLink[] => [
  ...findLink("phone", fields, record),
  ...findLink("email", fields, record),
];
