import type { App } from "@crm/local/app.ts";
import { attached, type Client, inForce } from "../contracts/support.ts";
import { addUser, type Tenant, type TestUser } from "../support.ts";

/** What tests of amendments are made of. */

export interface House {
  tenant: Tenant;
  rep: TestUser;
  manager: TestUser;
  director: TestUser;
}

/** A sales representative with a manager, and a director. */
export async function houseOf(app: App, tenant: Tenant): Promise<House> {
  const manager = await addUser(app, tenant, "MANAGER");
  const director = await addUser(app, tenant, "DIRECTOR");
  return { tenant, rep: await addUser(app, tenant, "SALES_REP", { manager_id: manager.id }), manager, director };
}

const DAY = 86_400_000;

let reached = 0;

/**
 * What the schedule does once so many days have gone by; then it is today again, because who is signed in is so for minutes. The schedule itself
 * goes forward only: each time is later than those before.
 */
export async function passing(app: App, days: number): Promise<void> {
  reached = Math.max(reached, days);
  // What one sweep has moved is found by the next.
  for (const more of [0, 2]) {
    app.setClock({ advance: days * DAY + more * 60_000 });
    await app.settle();
    app.setClock({ reset: true });
  }
}

/** So many days from today nothing has happened by the schedule yet. */
export const from = (): number => reached + 1;

/** The day so many days from today. */
export const day = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

/** A contract in force, of the year that has begun today. */
export const contractOf = (app: App, { tenant }: Pick<House, "tenant">, as: Client, more: Record<string, unknown> = {}) =>
  inForce(app, tenant, as, { contract_value: "1200.00", monthly_fee: "100.00", payment_terms: "30 days", ...more });

/** An amendment of a contract, of its value unless told otherwise. */
export const amendmentOf = async (as: Client, id: string, more: Record<string, unknown>) =>
  (
    await as.createContractAmendment({
      ...{ id, amendment_type: "VALUE", title: "More of it", reason: "They need more", ...more },
    } as never)
  ).data;

/** From now on nobody in the house is asked, and amendments may take effect in the past. */
export async function unasked(tenant: Tenant, more: object = {}): Promise<void> {
  const definition = { legal_review: { approvers: ["DIRECTOR"] }, levels: [], days_back: 60, ...more };
  const { data } = await tenant.admin.createRuleVersion({ kind: "contract_amendment_approval", definition } as never);
  await tenant.admin.publishRuleVersion({ kind: "contract_amendment_approval", id: data.id } as never);
}

interface Named {
  id: string;
  contract_id: string;
}

export const at = ({ id, contract_id }: Named) => ({ id: contract_id, amendmentId: id });

export const read = async (as: Client, amendment: Named) => (await as.getContractAmendment(at(amendment))).data;

/** What the customer said, with what proves it. */
export async function accepted(app: App, tenant: Pick<Tenant, "id">, as: Client, amendment: Named) {
  const attachment_id = await attached(app, tenant, as, amendment.id);
  return (await as.approveContractAmendment({ ...at(amendment), from: "customer", name: "Ann Buyer", attachment_id } as never))
    .data;
}

/** Both sides have signed on paper. */
export async function signed(app: App, tenant: Pick<Tenant, "id">, as: Client, amendment: Named) {
  const attachment_id = await attached(app, tenant, as, amendment.id);
  await as.signContractAmendment({ ...at(amendment), party: "company" } as never);
  return (await as.signContractAmendment({ ...at(amendment), party: "customer", signed_by: "Ann Buyer", attachment_id } as never))
    .data;
}

/** Submitted, accepted by the customer and signed, where nobody in the house is asked. */
export async function agreed(app: App, tenant: Pick<Tenant, "id">, as: Client, id: string, more: Record<string, unknown>) {
  const amendment = await amendmentOf(as, id, { requires_customer_approval: false, ...more });
  await as.submitContractAmendment(at(amendment));
  return signed(app, tenant, as, amendment);
}
