import { type Access, COLUMN_ACCESS, collectAccesses, NO_TENANT, TENANT_TAG } from "@crm/aws/access.ts";
import type { TableAction } from "@crm/core/kernel/capabilities.ts";
import { keyspacePrefix } from "@crm/core/storage/table/key.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import { ArnFormat } from "aws-cdk-lib";
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { StackContext } from "sst/constructs";
import { allowReadColumns } from "./capability-grants.ts";
import { acceptFinding } from "./cdk-nag.ts";
import {
  ANY_TENANT_KEYS,
  allowReadShapes,
  allowTable,
  LIST_INDEXES,
  type Table,
  type TableUsage,
  WRITE_ACTIONS,
} from "./table-policy.ts";

/**
 * Roles with which requests access the table; there is no other access. Each role admits one tenant, from the session's tag, and the keyspaces that
 * some operations declare. A function may assume the roles that its own operations need.
 */
export interface RequestRoles {
  /** Returns the roles' ARNs by access name, for the functions that serve these operations. */
  rolesFor(operations: readonly Operation[]): Record<string, string>;
  /** Returns the permission to assume these roles. */
  permissionsFor(operations: readonly Operation[]): PolicyStatement[];
}

/** Returns the path of the roles of request functions. Trust policies match this path. */
export const requestRolePath = (stage: string, name = ""): string => `/crm/${stage}/request/${name === "" ? "" : `${name}/`}`;

export const READ_ACTIONS: readonly TableAction[] = ["GetItem", "BatchGetItem", "Query"];

/** Returns an ARN pattern for all roles below a path. A pattern, because two roles that name each other would be a cycle. */
const rolePattern = (stack: StackContext["stack"], path: string): string =>
  stack.formatArn({
    service: "iam",
    region: "",
    resource: "role",
    resourceName: `${path.slice(1)}*`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });

/**
 * Creates the role with which a function accesses objects and keys of its request's tenant. Each function has its own, because a shared role would
 * grant the union of all functions' permissions. Returns undefined for a function without objects and keys.
 */
export function createDataRole(
  { app, stack }: StackContext,
  name: string,
  statements: readonly PolicyStatement[],
): Role | undefined {
  if (statements.length === 0) return undefined;
  return new Role(stack, `data-${name}`, {
    description: `Objects and keys of one tenant, for ${name}`,
    assumedBy: new AccountRootPrincipal()
      .withConditions(trustConditions(rolePattern(stack, requestRolePath(app.stage, name)), { keyspaces: [] }))
      .withSessionTags(),
    inlinePolicies: { data: new PolicyDocument({ statements: [...statements] }) },
  });
}

/** Allows assuming these roles with a tenant's tag. */
export const allowAssumeRole = (resources: readonly string[]): PolicyStatement[] =>
  resources.length > 0 ? [new PolicyStatement({ actions: ["sts:AssumeRole", "sts:TagSession"], resources: [...resources] })] : [];

/**
 * Allows a function's own role what the access roles of its operations have, for any tenant. The isolation `code` needs it: the guard in
 * the code refuses keys of other tenants, and AWS accepts them.
 */
export function allowOperations(table: Table, operations: readonly Operation[]): PolicyStatement[] {
  const accesses = [...collectAccesses(operations).values()];
  const shapes = accesses.some(({ writes }) => writes) ? [allowReadShapes(table)] : [];
  return [...listUsages(accesses).map((usage) => allowTable(table, usage)), ...shapes];
}

/** Returns one usage for reads and one for writes, because one transaction may write several kinds of keys. */
function listUsages(accesses: readonly Access[]): TableUsage[] {
  if (accesses.length === 0) return [];
  const listKeys = (of: readonly Access[]): string[] => [
    ANY_TENANT_KEYS,
    ...new Set(of.flatMap(({ keyspaces }) => keyspaces.map((keyspace) => `${keyspacePrefix(keyspace)}*`))),
  ];
  const writing = accesses.filter(({ writes }) => writes);
  return [
    { actions: READ_ACTIONS, keys: listKeys(accesses), indexes: writing.length > 0 ? ["table", ...LIST_INDEXES] : ["table"] },
    ...(writing.length > 0 ? [{ actions: WRITE_ACTIONS, keys: listKeys(writing) }] : []),
  ];
}

export function createRequestRoles(
  { app, stack }: StackContext,
  { table, files }: { table: Table; files: IBucket },
  operations: readonly Operation[],
): RequestRoles {
  const byPath = rolePattern(stack, requestRolePath(app.stage));
  const roles = new Map<string, Role>();
  for (const [name, access] of collectAccesses(operations)) {
    const role = new Role(stack, `access-${name}`, {
      description: `Keys of one tenant${access.keyspaces.map((keyspace) => `, ${keyspace}`).join("")}`,
      // A list of functions would exceed the size limit of a trust policy; the path of their roles is one line.
      assumedBy: new AccountRootPrincipal().withConditions(trustConditions(byPath, access)).withSessionTags(),
      inlinePolicies: {
        table: new PolicyDocument({
          statements: [
            allowTable(table, tableUsage(access)),
            ...(access.writes ? [allowReadShapes(table)] : []),
            // Columns hold values of the tenant's records, which this role reads anyway. A role for them alone would be one more for each function.
            ...(name === COLUMN_ACCESS ? allowReadColumns(files) : []),
          ],
        }),
      },
    });
    if (name === COLUMN_ACCESS)
      acceptFinding(
        role,
        "AwsSolutions-IAM5",
        "Segments get their names when they are written.",
        /\/columns\/<aws:PrincipalTag\/tenant>\/\*$/,
      );
    roles.set(name, role);
  }
  const listRoleArns = (some: readonly Operation[]): [string, string][] =>
    [...collectAccesses(some).keys()].flatMap((name) => {
      const role = roles.get(name);
      return role ? [[name, role.roleArn]] : [];
    });
  return {
    rolesFor: (some) => Object.fromEntries(listRoleArns(some)),
    permissionsFor: (some) => allowAssumeRole(listRoleArns(some).map(([, arn]) => arn)),
  };
}

/** Trusts request functions only, and only with a tenant's tag. The tag for no tenant is admitted only for a role with keyspaces. */
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
