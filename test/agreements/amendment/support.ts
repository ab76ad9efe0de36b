import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { addUser, type Tenant, type TestUser } from "../../support/app.ts";
import { attachSignedFile, type Client, createActiveContract } from "../contract/support.ts";

/** Helpers for tests of amendments. */

export interface TenantTeam {
  tenant: Tenant;
  rep: TestUser;
  manager: TestUser;
  director: TestUser;
}

/** A sales representative with a manager, and a director. */
export async function createTenantTeam(app: App, tenant: Tenant): Promise<TenantTeam> {
  const manager = await addUser(app, tenant, "MANAGER");
  const director = await addUser(app, tenant, "DIRECTOR");
  return { tenant, rep: await addUser(app, tenant, "SALES_REP", { manager_id: manager.id }), manager, director };
}

const DAY_MS = 86_400_000;

let lastPassedDays = 0;

/**
 * Runs the schedule as of that many days from now, then resets the clock, because sessions last minutes. The schedule itself never runs
 * backwards: each call must use a later day than the last.
 */
export async function passDays(app: App, days: number): Promise<void> {
  lastPassedDays = Math.max(lastPassedDays, days);
  // The second sweep finds what the first one moved.
  for (const more of [0, 2]) {
    app.setClock({ advance: days * DAY_MS + more * 60_000 });
    await app.settle();
    app.setClock({ reset: true });
  }
}

/** The first day, counted from today, that the schedule has not reached yet. */
export const nextFreeDay = (): number => lastPassedDays + 1;

/** The date that many days from today. */
export const day = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

/** A contract in force for one year, starting today. */
export const createYearContract = (
  app: App,
  { tenant }: Pick<TenantTeam, "tenant">,
  as: Client,
  more: Record<string, unknown> = {},
) =>
  createActiveContract(app, tenant, as, { contract_value: "1200.00", monthly_fee: "100.00", payment_terms: "30 days", ...more });

/** Creates an amendment of a contract; it changes the value unless `more` says otherwise. */
export const createAmendment = async (as: Client, id: string, more: Record<string, unknown>) =>
  (
    await allowAnyInput(as).createContractAmendment({
      ...{ id, amendment_type: "VALUE", title: "More of it", reason: "They need more", ...more },
    })
  ).data;

/** From now on, amendments need no internal approval and may take effect in the past. */
export async function waiveInternalApproval(tenant: Tenant, more: object = {}): Promise<void> {
  const definition = { legal_review: { approvers: ["DIRECTOR"] }, levels: [], days_back: 60, ...more };
  const { data } = await tenant.admin.createRuleVersion({ kind: "contract_amendment_approval", definition });
  await tenant.admin.publishRuleVersion({ kind: "contract_amendment_approval", id: data.id });
}

interface AmendmentRef {
  id: string;
  contract_id: string;
}

export const amendmentParams = ({ id, contract_id }: AmendmentRef) => ({ id: contract_id, amendmentId: id });

export const readAmendment = async (as: Client, amendment: AmendmentRef) =>
  (await as.getContractAmendment(amendmentParams(amendment))).data;

/** Records the customer's approval, with the file that proves it. */
export async function acceptAmendment(app: App, tenant: Pick<Tenant, "id">, as: Client, amendment: AmendmentRef) {
  const attachment_id = await attachSignedFile(app, tenant, as, amendment.id);
  return (
    await as.approveContractAmendment({
      ...amendmentParams(amendment),
      from: "customer",
      name: "Ann Buyer",
      attachment_id,
    })
  ).data;
}

/** Records that both sides have signed on paper. */
export async function signAmendment(app: App, tenant: Pick<Tenant, "id">, as: Client, amendment: AmendmentRef) {
  const attachment_id = await attachSignedFile(app, tenant, as, amendment.id);
  await as.signContractAmendment({ ...amendmentParams(amendment), party: "company" });
  return (
    await as.signContractAmendment({
      ...amendmentParams(amendment),
      party: "customer",
      signed_by: "Ann Buyer",
      attachment_id,
    })
  ).data;
}

/** Creates an amendment that is submitted, accepted by the customer and signed. No internal approval is needed. */
export async function createAgreedAmendment(
  app: App,
  tenant: Pick<Tenant, "id">,
  as: Client,
  id: string,
  more: Record<string, unknown>,
) {
  const amendment = await createAmendment(as, id, { requires_customer_approval: false, ...more });
  await as.submitContractAmendment(amendmentParams(amendment));
  return signAmendment(app, tenant, as, amendment);
}
