import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { addUser, inProcessTransport, signIn, type Tenant } from "../../support/app.ts";
import { type Client, createCustomer, createPresentedQuote, line } from "../quote/support.ts";

/** Helpers for tests of contracts. */

export { createCustomer, listIds, readRejection } from "../quote/support.ts";
export type { Client };

export const createContract = async (as: Client, { customer_id, ...more }: Record<string, unknown> = {}) => {
  const party =
    more.opportunity_id || more.quote_id ? { customer_id } : { customer_id: customer_id ?? (await createCustomer(as)) };
  const said = more.opportunity_id || more.quote_id ? {} : { contract_value: "1200.00" };
  return (await allowAnyInput(as).createContract({ currency: "EUR", ...said, ...party, ...more })).data;
};

/** Creates an approved contract; the rule requires no approval for it. */
export async function createApprovedContract(as: Client, more: Record<string, unknown> = {}) {
  const { id } = await createContract(as, more);
  return (await as.submitContract({ id })).data;
}

/** Attaches a file to a record. */
export async function attachSignedFile(app: App, tenant: Pick<Tenant, "id">, as: Client, related_to_id: string) {
  const bytes = Buffer.from("%PDF-1.7 signed");
  const { data } = await as.createUpload({
    file_name: "signed.pdf",
    content_type: "application/pdf",
    size: bytes.length,
  });
  await app.objects.write(`${tenant.id}/uploads/${data.upload_id}`, bytes);
  return (await as.createAttachment({ related_to_id, upload_id: data.upload_id })).data.id;
}

/** Creates a contract that both sides have signed on paper. */
export async function createSignedContract(app: App, tenant: Pick<Tenant, "id">, as: Client, more: Record<string, unknown> = {}) {
  const { id } = await createApprovedContract(as, more);
  await as.signContract({ id, party: "company" });
  const attachment_id = await attachSignedFile(app, tenant, as, id);
  return (await as.signContract({ id, party: "customer", signed_by: "Ann Buyer", attachment_id })).data;
}

export async function createActiveContract(app: App, tenant: Pick<Tenant, "id">, as: Client, more: Record<string, unknown> = {}) {
  const { id } = await createSignedContract(app, tenant, as, more);
  return (await as.activateContract({ id })).data;
}

/** Creates a quote that its customer has accepted. */
export async function createAcceptedQuote(as: Client, more: Record<string, unknown> = {}) {
  const { id } = await createPresentedQuote(as, { line_items: [line, { ...line, description: "Engine" }], ...more });
  return (await as.acceptQuote({ id })).data;
}

/** Signs the administrator in again, because moving the clock ended the session. */
export async function renewAdminSession(app: App, tenant: Tenant): Promise<void> {
  const { access_token } = await signIn(app, tenant);
  tenant.admin = createClient(inProcessTransport(app, access_token));
}

/** A client that signs in again whenever the clock has ended its session; by default the administrator's. */
export function createRenewingClient(app: App, tenant: Tenant, who: { email: string; password: string } = tenant): Client {
  let token: string | undefined;
  return createClient(async (asked) => {
    const answer = token && (await inProcessTransport(app, token)(asked));
    if (answer && answer.status !== 401) return answer;
    token = (await signIn(app, { ...tenant, email: who.email, password: who.password })).access_token;
    return inProcessTransport(app, token)(asked);
  });
}

/** Contracts that go through both approval rounds, are withdrawn or reassigned during approval, and are activated by the clock. */
export async function runContractLives(app: App, tenant: Tenant): Promise<string[]> {
  const { admin } = tenant;
  const [manager, director] = [await addUser(app, tenant, "MANAGER"), await addUser(app, tenant, "DIRECTOR")];
  const rep = await addUser(app, tenant, "SALES_REP", { manager_id: manager.id });
  const definition = {
    legal_review: { special_terms: true, approvers: ["DIRECTOR"] },
    levels: [{ name: "Manager", special_terms: true, approvers: ["MANAGER"] }],
  };
  const { data: rule } = await admin.createRuleVersion({ kind: "contract_approval", definition });
  await admin.publishRuleVersion({ kind: "contract_approval", id: rule.id });
  const submitted = async () => {
    const { id } = await createContract(rep.client, { special_terms: "Boats of steel" });
    const { data } = await rep.client.submitContract({ id });
    await app.settle();
    return data;
  };
  const [whole, withdrawn, given] = [await submitted(), await submitted(), await submitted()];
  await director.client.approveApproval({ id: String(whole.approval?.steps[0]?.approvals[0]?.id) });
  await rep.client.withdrawContract({ id: withdrawn.id });
  await admin.updateContract({ id: given.id, owner_id: director.id });
  const begun = await createApprovedContract(rep.client, { requires_signature: false });
  app.setClock({ advance: 61_000 });
  await app.settle();
  const statuses = [whole, withdrawn, given, begun].map(async ({ id }) => (await admin.getContract({ id })).data.status);
  return Promise.all(statuses);
}
