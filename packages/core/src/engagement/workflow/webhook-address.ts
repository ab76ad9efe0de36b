import { randomBytes } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput } from "../../kernel/schema.ts";
import { readItem } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { hashTexts, type Key, systemKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { requireApprover } from "./run-rights.ts";
import { type WorkflowRecord, Workflows } from "./workflow.entity.ts";

/**
 * The address of a workflow that enrolls records when it is called. Every caller who knows its token can enroll records that they do not see, so only
 * users who may publish the workflow read it.
 */

const lookupKey = (token: string): Key => ({ pk: systemKey("hook", hashTexts("workflow", token)), sk: "workflow" });
const buildLookup = (token: string, workflow_id: string): Item => ({
  ...lookupKey(token),
  tenant_id: useTenant(),
  workflow_id,
});

/** Finds the workflow of a token in the system keyspace. The item determines the tenant of the request. */
export async function findByToken(token: string): Promise<{ tenant_id: string; workflow_id: string } | undefined> {
  const item = /^[\w-]{43}$/.test(token) ? await readItem(lookupKey(token)) : undefined;
  return item && { tenant_id: String(item.tenant_id), workflow_id: String(item.workflow_id) };
}

type AddressFields = Pick<WorkflowRecord, "webhook_token" | "webhook_set_at">;

/** Adds a new address to the transaction that changes the workflow. A former one stops working. */
export function addAddress(tx: Transaction, { id, webhook_token: former }: WorkflowRecord): AddressFields {
  // 256 random bits.
  const webhook_token = randomBytes(32).toString("base64url");
  if (former !== null) tx.delete(lookupKey(former));
  tx.put(buildLookup(webhook_token, id));
  return { webhook_token, webhook_set_at: Clock.now() };
}

export const WebhookAddress = z.object({
  url: z.string().describe("Takes POST requests with a JSON object: `record_id`, and up to 16 kB of other fields"),
});

function present({ webhook_token }: WorkflowRecord): z.output<typeof WebhookAddress> {
  if (webhook_token === null)
    throw ruleViolation("The workflow has no webhook: publish it with the trigger webhook first", [
      { field: "trigger", message: 'Must be {"on": "webhook"}' },
    ]);
  return { url: `${usePorts().origin}/hooks/workflows/${webhook_token}` };
}

export const get = fn(IdInput, async ({ id }) => {
  const workflow = await Records.read(Workflows, id);
  requireApprover(workflow, "address");
  return present(workflow);
});

/** Replaces the address. Calls of the former one are answered like calls of one that never existed. */
export const renew = fn(IdInput, ({ id }) =>
  Records.change(
    Workflows,
    id,
    (current, tx) => {
      requireApprover(current, "address");
      present(current);
      return { ...current, ...addAddress(tx, current) };
    },
    { answer: present },
  ),
);

export * as WorkflowWebhook from "./webhook-address.ts";
