import type { MasterKind } from "@crm/core/kernel/master.ts";
import type { Permission } from "@crm/core/kernel/permission.ts";
import { Master } from "@crm/core/masters/master.ts";
import { operation, recordOf } from "../http/operation.ts";
import { masterLinks } from "./links.ts";
import { article, words } from "./words.ts";

interface At<N extends string, P extends string> {
  kind: MasterKind;
  noun: N;
  plural: P;
  path: string;
  tag: string;
  read: Permission;
  write: Permission;
}

/** The values of a kind of master data at a path of their own, where a domain has them too: to list, and to make. */
export function mastersAt<const N extends string, const P extends string>({ kind, noun, plural, ...at }: At<N, P>) {
  const { path, tag, read, write } = at;
  const verbs = Master.at(kind);
  const shown = { path, tag, output: recordOf("Master", Master.Info), links: masterLinks } as const;
  return [
    operation({
      name: `list${plural}`,
      method: "GET",
      access: read,
      summary: `List ${words(plural)}`,
      verb: verbs.list,
      kind: "list",
      ...shown,
    }),
    operation({
      name: `create${noun}`,
      method: "POST",
      access: write,
      summary: `Create ${article(noun)}`,
      verb: verbs.create,
      status: 201,
      kind: "record",
      ...shown,
    }),
  ] as const;
}
