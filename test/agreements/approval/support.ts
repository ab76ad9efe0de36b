import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { addUser, type Tenant, type TestUser } from "../../support/app.ts";
import { createQuote } from "../quote/support.ts";

/** Helpers for tests of approvals. */

export interface Team {
  rep: TestUser;
  manager: TestUser;
  director: TestUser;
}

/** A sales representative, their manager, and a director. */
export async function createTeam(app: App, tenant: Tenant): Promise<Team> {
  const manager = await addUser(app, tenant, "MANAGER");
  const director = await addUser(app, tenant, "DIRECTOR");
  return { rep: await addUser(app, tenant, "SALES_REP", { manager_id: manager.id }), manager, director };
}

/** Creates a quote with that discount as the user and submits it. */
export async function createSubmittedQuote({ client: as }: Pick<TestUser, "client">, discount_percent: string) {
  const { id } = await createQuote(as, { discount_percent });
  return (await as.submitQuote({ id })).data;
}

export const HOUR_MS = 3_600_000;

interface ApprovalLevelInput {
  approvers: string[];
  side_by_side?: boolean;
  patience?: object;
}

/** Publishes a rule that requires this level from a discount of one percent. */
export async function publishApprovalRule(tenant: Tenant, level: ApprovalLevelInput): Promise<void> {
  const definition = { levels: [{ name: "Every", discount_from: "1", ...level }] };
  const { data } = await allowAnyInput(tenant.admin).createRuleVersion({ kind: "quote_approval", definition });
  await tenant.admin.publishRuleVersion({ kind: "quote_approval", id: data.id });
}
