import type { TableAction } from "@crm/core/kernel/capabilities.ts";
import { keyspacePrefix } from "@crm/core/storage/table/key.ts";
import { table as definition, type IndexName } from "@crm/core/storage/table/table.ts";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";

/** The table, as other stacks refer to it. */
export interface Table {
  name: string;
  arn: string;
  streamArn: string;
}

export interface TableUsage {
  actions: readonly TableAction[];
  /** Prefixes of the partition keys, of the table or of an index, as IAM patterns. */
  keys: readonly string[];
  /** Where the keys may be used: in the table alone by default. */
  indexes?: readonly ("table" | IndexName)[];
}

/** Keys of any tenant, for jobs of the system itself. */
export const ANY_TENANT_KEYS = "T#*";

/** Indexes of a tenant's own lists: all but `due`, which crosses tenants. */
export const LIST_INDEXES: readonly IndexName[] = definition.indexes.map(({ name }) => name).filter((name) => name !== "due");

/**
 * Allows actions on the table within these keys. One statement holds all keys, because one transaction may contain several kinds. A command without
 * keys (a scan) has no leading key, and the second condition refuses it.
 */
export const allowTable = (table: Table, { actions, keys, indexes: on = ["table"] }: TableUsage): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.ALLOW,
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: on.map((name) => (name === "table" ? table.arn : `${table.arn}/index/${name}`)),
    conditions: {
      "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys },
      Null: { "dynamodb:LeadingKeys": "false" },
    },
  });

export const WRITE_ACTIONS: readonly TableAction[] = ["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"];

/** Allows reading in which shapes records may be written (storage/table/written-shapes.ts). */
export const allowReadShapes = (table: Table): PolicyStatement =>
  allowTable(table, { actions: ["GetItem"], keys: [`${keyspacePrefix("migration")}*`] });
