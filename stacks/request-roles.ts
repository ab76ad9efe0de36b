import { type Access, collectAccesses, NO_TENANT, TENANT_TAG } from "@crm/aws/access.ts";
import type { TableAction } from "@crm/core/kernel/capabilities.ts";
import { keyspacePrefix } from "@crm/core/storage/table/key.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import { ArnFormat } from "aws-cdk-lib";
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import type { StackContext } from "sst/constructs";
import { allowTable, LIST_INDEXES, type Table } from "./table-policy.ts";

/**
 * The request path reaches the table through these roles alone. Each admits one tenant, the one in the tag of the
 * session, and the keyspaces that some operations declare; a function may take on those that its own operations need.
 */
export interface RequestRoles {
  /** Role by access name, for the functions that serve these operations. */
  rolesFor(operations: readonly Operation[]): Record<string, string>;
  /** Leave to take them on. */
  permissionsFor(operations: readonly Operation[]): PolicyStatement[];
}

/** Roles of functions that serve requests have this path, with their name: by it they are trusted. */
export const requestRolePath = (stage: string, name = ""): string => `/crm/${stage}/request/${name === "" ? "" : `${name}/`}`;

export const READ_ACTIONS: readonly TableAction[] = ["GetItem", "BatchGetItem", "Query"];
export const WRITE_ACTIONS: readonly TableAction[] = ["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"];

/** All roles below a path, in a policy's words: a role cannot name the one of a function that names it. */
const rolePattern = (stack: StackContext["stack"], path: string): string =>
  stack.formatArn({
    service: "iam",
    region: "",
    resource: "role",
    resourceName: `${path.slice(1)}*`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });

/**
 * Under which a function reaches objects and keys of the tenant that it serves, and of no other: a role of its own, because with
 * one for several it would have what others use. Undefined where it uses neither.
 */
export function createDataRole({ app, stack }: StackContext, name: string, statements: PolicyStatement[]): Role | undefined {
  if (statements.length === 0) return undefined;
  return new Role(stack, `data-${name}`, {
    description: `Objects and keys of one tenant, for ${name}`,
    assumedBy: new AccountRootPrincipal()
      .withConditions(trustConditions(rolePattern(stack, requestRolePath(app.stage, name)), { keyspaces: [] }))
      .withSessionTags(),
    inlinePolicies: { data: new PolicyDocument({ statements }) },
  });
}

/** Leave to take on roles as a tenant. */
export const allowAssumeRole = (resources: readonly string[]): PolicyStatement[] =>
  resources.length > 0 ? [new PolicyStatement({ actions: ["sts:AssumeRole", "sts:TagSession"], resources: [...resources] })] : [];

export function createRequestRoles({ app, stack }: StackContext, table: Table, operations: readonly Operation[]): RequestRoles {
  const byPath = rolePattern(stack, requestRolePath(app.stage));
  const roles = new Map<string, Role>();
  for (const [name, access] of collectAccesses(operations)) {
    const role = new Role(stack, `access-${name}`, {
      description: `Keys of one tenant${access.keyspaces.map((keyspace) => `, ${keyspace}`).join("")}`,
      // A list of functions would outgrow what a trust policy may hold; their roles' path says the same in one line.
      assumedBy: new AccountRootPrincipal().withConditions(trustConditions(byPath, access)).withSessionTags(),
      inlinePolicies: { table: new PolicyDocument({ statements: [allowTable(table, tableUsage(access))] }) },
    });
    roles.set(name, role);
  }
  const needed = (some: readonly Operation[]): [string, string][] =>
    [...collectAccesses(some).keys()].flatMap((name) => {
      const role = roles.get(name);
      return role ? [[name, role.roleArn]] : [];
    });
  return {
    rolesFor: (some) => Object.fromEntries(needed(some)),
    permissionsFor: (some) => allowAssumeRole(needed(some).map(([, arn]) => arn)),
  };
}

/** Functions of the request path, and only with a tag that says whom they serve: a role without keyspaces serves a tenant. */
const trustConditions = (byPath: string, { keyspaces }: Pick<Access, "keyspaces">) => ({
  ArnLike: { "aws:PrincipalArn": byPath },
  StringLike: { [`aws:RequestTag/${TENANT_TAG}`]: keyspaces.length > 0 ? ["ten_*", NO_TENANT] : ["ten_*"] },
  "ForAllValues:StringEquals": { "aws:TagKeys": [TENANT_TAG] },
});

const tableUsage = ({ keyspaces, writes }: Access) => ({
  actions: writes ? [...READ_ACTIONS, ...WRITE_ACTIONS] : READ_ACTIONS,
  keys: [`T#\${aws:PrincipalTag/${TENANT_TAG}}#*`, ...keyspaces.map((keyspace) => `${keyspacePrefix(keyspace)}*`)],
  ...(writes ? { indexes: ["table" as const, ...LIST_INDEXES] } : {}),
});
