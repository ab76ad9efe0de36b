import { Info, Results, Row, SetMembership } from "@crm/core/engagement/segment/sets.ts";
import type { Verb } from "@crm/core/kernel/fn.ts";
import type { Permission } from "@crm/core/kernel/permission.ts";
import * as z from "zod";
import { type Operation, operation, recordSchema } from "../../http/operation.ts";
import { buildListOperations } from "../shared/list-operations.ts";
import { toNounPhrase } from "../shared/noun-phrase.ts";

type VerbName = "list" | "get" | "create" | "update" | "remove" | "listMembers" | "changeMembers" | "listByMember";
type Verbs = Record<VerbName, Verb>;

interface SetDeclaration<N extends string, D extends Verbs, M extends z.ZodType> {
  /** The noun in operation names, such as `Segment`. */
  noun: N;
  /** The path of the records that the sets hold, such as `/customers`. The paths of the sets are below it. */
  recordsPath: string;
  path: string;
  tag: string;
  read: Permission;
  write: Permission;
  domain: D;
  member: M;
  links: NonNullable<Operation["links"]>;
  memberLinks: NonNullable<Operation["links"]>;
}

/** Builds the operations of sets of records, such as segments. */
export function buildSetOperations<const N extends string, D extends Verbs, M extends z.ZodType>(
  declared: SetDeclaration<N, D, M>,
) {
  const { noun, recordsPath, path, tag, read, write, domain, member, links, memberLinks } = declared;
  const [bare, itemPath] = [toNounPhrase(noun), `${path}/{id}`];
  const record = { tag, links, output: recordSchema(noun, Info), kind: "record" } as const;
  return [
    ...buildListOperations({
      name: `list${noun}s` as `list${N}s`,
      path,
      access: read,
      summary: `List ${bare}s`,
      verb: domain.list as D["list"],
      tag,
      links,
      output: recordSchema(`${noun}Row`, Row),
    }),
    operation({
      name: `create${noun}`,
      method: "POST",
      path,
      access: write,
      summary: `Create a ${bare}`,
      verb: domain.create as D["create"],
      status: 201,
      ...record,
    }),
    operation({
      name: `get${noun}`,
      method: "GET",
      path: itemPath,
      access: read,
      summary: `Read a ${bare}`,
      verb: domain.get as D["get"],
      ...record,
    }),
    operation({
      name: `update${noun}`,
      method: "PATCH",
      path: itemPath,
      access: write,
      summary: `Change fields of a ${bare}`,
      verb: domain.update as D["update"],
      ...record,
    }),
    operation({
      name: `delete${noun}`,
      method: "DELETE",
      path: itemPath,
      access: write,
      summary: `Delete a ${bare} permanently`,
      verb: domain.remove as D["remove"],
      ...record,
    }),
    operation({
      name: `list${noun}Members`,
      method: "GET",
      path: `${itemPath}/members`,
      tag,
      access: read,
      summary: `List the members of a ${bare}`,
      verb: domain.listMembers as D["listMembers"],
      output: member,
      kind: "list",
      links: memberLinks,
    }),
    operation({
      name: `change${noun}Members`,
      method: "POST",
      path: `${itemPath}/members`,
      tag,
      access: write,
      summary: `Add or remove members of a ${bare} by hand`,
      verb: domain.changeMembers as D["changeMembers"],
      output: Results.meta({ id: "SetResults" }),
    }),
    operation({
      name: `list${noun}sOf`,
      method: "GET",
      path: `${recordsPath}/{id}/${path.slice(recordsPath.length + 1)}`,
      tag,
      access: read,
      summary: `List the ${bare}s that contain a record, with reasons`,
      verb: domain.listByMember as D["listByMember"],
      output: z.object({ sets: z.array(SetMembership) }).meta({ id: "SetsOf" }),
    }),
  ] as const;
}
