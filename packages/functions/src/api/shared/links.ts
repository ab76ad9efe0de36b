import { findReferencedKind } from "@crm/core/kernel/schema.ts";
import type { BaseRecord, Collection, LinkDeclaration } from "@crm/core/storage/table/collection.ts";
import { recordPath } from "@crm/core/storage/table/collection-registry.ts";
import type * as z from "zod";
import { BASE_PATH, type LinkedRecord } from "../../http/operation.ts";

/** The addresses in answers, so that clients need not build them. Addresses of missing records are left out. */
type Links = Record<string, string>;

export const apiPath = (path: string): string => `${BASE_PATH}${path}`;

/**
 * Returns the links that templates describe, by name. `{owner_id}` in a template stands for the record's field; if the field is not a text,
 * the link is left out.
 */
export function linksFrom(templates: Readonly<Record<string, string>>) {
  const links = Object.entries(templates).map(([name, template]) => ({ name, parts: template.split(/[{}]/) }));
  return (record: LinkedRecord): Links =>
    Object.fromEntries(
      links.flatMap(({ name, parts }) => {
        const texts = parts.map((part, index) => (index % 2 === 0 ? part : record[part]));
        return texts.every((text) => typeof text === "string") ? [[name, apiPath(texts.join(""))]] : [];
      }),
    );
}

/**
 * Returns the links of a kind: the record itself, what its collection declares, and each record that a field of its schema names (`owner_id`
 * gives `owner`).
 */
export function linksFor<R extends BaseRecord>({ kind, definition: { schema, links = {} } }: Collection<R>) {
  const { below = [], names = {}, except = [], more } = links as LinkDeclaration<Record<string, unknown>>;
  // Entries without an address of their own are read in a list.
  const self = kind.path === undefined ? undefined : `${kind.path}/{id}`;
  const children = below.map((name) => [name, `${self}/${name.replaceAll("_", "-")}`]);
  const references = Object.entries<z.ZodType>(schema.shape).flatMap(([field, type]) => {
    const path = findReferencedKind(type)?.path;
    return path === undefined || except.includes(field)
      ? []
      : [[names[field] ?? field.replace(/_id$/, ""), `${path}/{${field}}`]];
  });
  return linksFrom({ ...(self === undefined ? {} : { self }), ...Object.fromEntries([...children, ...references]), ...more });
}

/** Returns the link to a record of any kind. */
export function recordLink(name: string, id: unknown): Links {
  const path = typeof id === "string" ? recordPath(id) : "";
  return path === "" ? {} : { [name]: apiPath(`${path}/${id}`) };
}

/** Returns the address of an entry of a list over records of all kinds. */
export const hitLinks = ({ id }: LinkedRecord): Links => recordLink("self", id);
