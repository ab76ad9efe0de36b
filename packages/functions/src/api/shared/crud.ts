import type { Verb } from "@crm/core/kernel/fn.ts";
import type { Permission } from "@crm/core/kernel/permission.ts";
import type { Keyspace } from "@crm/core/kernel/scope.ts";
import type * as z from "zod";
import { type Operation, operation } from "../../http/operation.ts";
import { buildBatchOperation } from "./batch-operation.ts";
import { buildListOperations } from "./list-operations.ts";
import { nounWithArticle, toNounPhrase } from "./noun-phrase.ts";

type Verbs = { list: Verb; create: Verb; get: Verb; replace: Verb; update: Verb; remove: Verb; restore: Verb };

interface Crud<N extends string, P extends string, D extends Verbs, O extends z.ZodType, W extends z.ZodType> {
  /** The noun in operation names, such as `Lead`. */
  noun: N;
  plural: P;
  path: string;
  tag: string;
  read: Permission;
  write: Permission;
  remove: Permission;
  domain: D;
  output: O;
  row: W;
  links: NonNullable<Operation["links"]>;
  /** The `keeps` of the operations that read, in seconds. */
  keeps?: number;
  /** The keyspaces of the operations that write. */
  keyspaces?: readonly Keyspace[];
  /** Other names of the fields in input. */
  otherNames?: Operation["otherNames"];
  /** The `sessionRule` of the operations that write. */
  sessionRule?: Operation["sessionRule"];
}

/** Builds the operations that most kinds of record have. */
export function crud<const N extends string, const P extends string, D extends Verbs, O extends z.ZodType, W extends z.ZodType>(
  declared: Crud<N, P, D, O, W>,
) {
  const {
    noun,
    plural,
    path,
    tag,
    read,
    write,
    remove,
    domain,
    output,
    row,
    links,
    keeps,
    keyspaces = [],
    otherNames = {},
    sessionRule,
  } = declared;
  const recordPath = `${path}/{id}`;
  const [bare, pluralPhrase, a] = [toNounPhrase(noun), toNounPhrase(plural), nounWithArticle(noun)];
  const sharedOptions = { tag, links, otherNames };
  const record = { ...sharedOptions, output, kind: "record" } as const;
  return [
    ...buildListOperations({
      name: `list${plural}`,
      path,
      access: read,
      summary: `List ${pluralPhrase}`,
      verb: domain.list as D["list"],
      output: row,
      keeps,
      ...sharedOptions,
    }),
    operation({
      name: `create${noun}`,
      method: "POST",
      path,
      access: write,
      summary: `Create ${a}`,
      verb: domain.create as D["create"],
      status: 201,
      keyspaces,
      sessionRule,
      ...record,
    }),
    operation({
      name: `get${noun}`,
      method: "GET",
      path: recordPath,
      access: read,
      summary: `Read ${a}`,
      verb: domain.get as D["get"],
      keeps,
      ...record,
    }),
    operation({
      name: `replace${noun}`,
      method: "PUT",
      path: recordPath,
      access: write,
      summary: `Replace ${a}`,
      description: "Omitted fields are cleared.",
      verb: domain.replace as D["replace"],
      keyspaces,
      sessionRule,
      ...record,
    }),
    operation({
      name: `update${noun}`,
      method: "PATCH",
      path: recordPath,
      access: write,
      summary: `Change fields of ${a}`,
      description: "Changes only the named fields; `null` clears one.",
      verb: domain.update as D["update"],
      keyspaces,
      sessionRule,
      ...record,
    }),
    operation({
      name: `delete${noun}`,
      method: "DELETE",
      path: recordPath,
      access: remove,
      summary: `Delete ${a}`,
      description: "The record can be restored.",
      verb: domain.remove as D["remove"],
      keyspaces,
      sessionRule,
      ...record,
    }),
    operation({
      name: `restore${noun}`,
      method: "POST",
      path: `${recordPath}/restore`,
      access: remove,
      summary: `Restore a deleted ${bare}`,
      verb: domain.restore as D["restore"],
      keyspaces,
      sessionRule,
      ...record,
    }),
    buildBatchOperation({ plural, path, tag, write, remove, domain, output, keyspaces, otherNames, sessionRule }),
  ] as const;
}
