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
