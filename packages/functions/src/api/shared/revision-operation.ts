import type { Verb } from "@crm/core/kernel/fn.ts";
import type { Permission } from "@crm/core/kernel/permission.ts";
import type * as z from "zod";
import { type Operation, operation, rowSchema } from "../../http/operation.ts";
import { toNounPhrase } from "./noun-phrase.ts";

/** Builds the operation that lists the revisions of the records at a path. */
export const buildRevisionOperation = <const N extends string, V extends Verb, S extends z.ZodRawShape>(
  noun: N,
  { listRevisions, Revision }: { listRevisions: V; Revision: z.ZodObject<S> },
  { path, ...options }: { path: string; tag: string; access: Permission; links: NonNullable<Operation["links"]> },
) =>
  operation({
    name: `list${noun}Revisions`,
    method: "GET",
    path: `${path}/{id}/revisions`,
    summary: `List the revisions of a ${toNounPhrase(noun)}`,
    verb: listRevisions,
    output: rowSchema(`${noun}Revision`, Revision),
    kind: "list",
    ...options,
  });
