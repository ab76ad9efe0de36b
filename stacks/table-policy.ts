import type { TableAction } from "@crm/core/kernel/capabilities.ts";
import { table as definition, type IndexName } from "@crm/core/storage/table/table.ts";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";

/** The one table, as other stacks refer to it. */
export interface Table {
  name: string;
  arn: string;
  streamArn: string;
}

export interface TableUsage {
  actions: readonly TableAction[];
  /** What the partition keys begin with, of the table or of the index that is asked, in IAM's words. */
  keys: readonly string[];
  /** What is asked for them: the table alone, unless said otherwise. */
  indexes?: readonly ("table" | IndexName)[];
}

/** Keys of any tenant, for what the system does by itself. */
export const ANY_TENANT_KEYS = "T#*";

/** The indexes of which a tenant's own lists are made: all but the one of what is due, which crosses tenants. */
export const LIST_INDEXES: readonly IndexName[] = definition.indexes.map(({ name }) => name).filter((name) => name !== "due");

/**
 * Leave to use the table within some keys. One statement for all keys, because one transaction may hold several kinds;
 * a command without keys (a scan) has no leading key, and the second condition refuses it whatever the actions are.
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
