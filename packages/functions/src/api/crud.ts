import type { Verb } from "@crm/core/kernel/fn.ts";
import type { Permission } from "@crm/core/kernel/permission.ts";
import type * as z from "zod";
import { type Operation, operation } from "../http/operation.ts";

interface Crud<
  L extends Verb,
  C extends Verb,
  G extends Verb,
  P extends Verb,
  U extends Verb,
  D extends Verb,
  R extends Verb,
  O extends z.ZodType,
  W extends z.ZodType,
> {
  /** `lead`, in operation names and summaries. */
  noun: string;
  /** In the plural, where that is not the noun with an s. */
  plural?: string;
  path: string;
  read: Permission;
  write: Permission;
  remove: Permission;
  domain: { list: L; create: C; get: G; replace: P; update: U; remove: D; restore: R };
  output: O;
  row: W;
  links: Operation["links"];
}

/** The seven operations that most kinds of record have. */
export function crud<
  L extends Verb,
  C extends Verb,
  G extends Verb,
  P extends Verb,
  U extends Verb,
  D extends Verb,
  R extends Verb,
  O extends z.ZodType,
  W extends z.ZodType,
>({ noun, plural = `${noun}s`, path, read, write, remove, domain, output, row, links }: Crud<L, C, G, P, U, D, R, O, W>) {
  const one = `${path}/{id}`;
  const named = (verb: string, what: string): string => verb + what[0]?.toUpperCase() + what.slice(1);
  const record = { output, kind: "record", links } as const;
  return [
    operation({
      name: named("list", plural),
      method: "GET",
      path,
      access: read,
      summary: `List ${plural}`,
      verb: domain.list,
      output: row,
      kind: "list",
      links,
    }),
    operation({
      name: named("create", noun),
      method: "POST",
      path,
      access: write,
      summary: `Create a ${noun}`,
      verb: domain.create,
      status: 201,
      ...record,
    }),
    operation({
      name: named("get", noun),
      method: "GET",
      path: one,
      access: read,
      summary: `Read a ${noun}`,
      verb: domain.get,
      ...record,
    }),
    operation({
      name: named("replace", noun),
      method: "PUT",
      path: one,
      access: write,
      summary: `Replace a ${noun}`,
      description: "A field that is left out is cleared.",
      verb: domain.replace,
      ...record,
    }),
    operation({
      name: named("update", noun),
      method: "PATCH",
      path: one,
      access: write,
      summary: `Change fields of a ${noun}`,
      description: "Only the fields named; `null` clears one.",
      verb: domain.update,
      ...record,
    }),
    operation({
      name: named("delete", noun),
      method: "DELETE",
      path: one,
      access: remove,
      summary: `Delete a ${noun}`,
      description: "It can be restored.",
      verb: domain.remove,
      ...record,
    }),
    operation({
      name: named("restore", noun),
      method: "POST",
      path: `${one}/restore`,
      access: remove,
      summary: `Bring back a deleted ${noun}`,
      verb: domain.restore,
      ...record,
    }),
  ] as const;
}
