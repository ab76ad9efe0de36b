import type { MasterKind } from "@crm/core/kernel/master-kind.ts";
import type { Permission } from "@crm/core/kernel/permission.ts";
import { Master } from "@crm/core/platform/master-data/master.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { masterLinks } from "../platform/links.ts";
import { nounWithArticle, toNounPhrase } from "./noun-phrase.ts";

interface MasterDataDeclaration<N extends string, P extends string> {
  kind: MasterKind;
  noun: N;
  plural: P;
  path: string;
  tag: string;
  read: Permission;
  write: Permission;
}

/** Builds the operations that list and create values of a kind of master data at a path of a domain. */
export function buildMasterDataOperations<const N extends string, const P extends string>({
  kind,
  noun,
  plural,
  ...declaration
}: MasterDataDeclaration<N, P>) {
  const { path, tag, read, write } = declaration;
  const verbs = Master.operationsFor(kind);
  const sharedOptions = { path, tag, output: recordSchema("Master", Master.Info), links: masterLinks } as const;
  return [
    operation({
      name: `list${plural}`,
      method: "GET",
      access: read,
      summary: `List ${toNounPhrase(plural)}`,
      verb: verbs.list,
      kind: "list",
      ...sharedOptions,
    }),
    operation({
      name: `create${noun}`,
      method: "POST",
      access: write,
      summary: `Create ${nounWithArticle(noun)}`,
      verb: verbs.create,
      status: 201,
      kind: "record",
      ...sharedOptions,
    }),
  ] as const;
}

/** Builds the operations on single values of a kind of master data at a path of a domain. */
export function buildMasterValueOperations<const N extends string, const P extends string>({
  kind,
  noun,
  path,
  ...declaration
}: MasterDataDeclaration<N, P>) {
  const { tag, read, write } = declaration;
  const verbs = Master.operationsFor(kind);
  const sharedOptions = {
    path: `${path}/{id}`,
    tag,
    output: recordSchema("Master", Master.Info),
    kind: "record",
    links: masterLinks,
  } as const;
  return [
    operation({
      name: `get${noun}`,
      method: "GET",
      access: read,
      summary: `Read ${nounWithArticle(noun)}`,
      verb: verbs.get,
      ...sharedOptions,
    }),
    operation({
      name: `update${noun}`,
      method: "PATCH",
      access: write,
      summary: `Change fields of ${nounWithArticle(noun)}`,
      description: "Changes only the named fields; `null` clears one.",
      verb: verbs.update,
      ...sharedOptions,
    }),
    operation({
      name: `delete${noun}`,
      method: "DELETE",
      access: write,
      summary: `Delete ${nounWithArticle(noun)}`,
      description: "The record can be restored.",
      verb: verbs.remove,
      ...sharedOptions,
    }),
  ] as const;
}
