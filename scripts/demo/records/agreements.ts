import { createHash } from "node:crypto";
import { createServicesAgreement } from "../../samples/contracts.ts";
import type { DemoContext, DemoRecords } from "../context.ts";
import { staff } from "../sample-data.ts";

export const records: DemoRecords = { after: ["leads"], create: createAgreements };

/** Sets up a sender of text messages. The API key is invented, and must be replaced by a real one before messages are sent. */
async function setUpSms(admin: DemoContext["admin"], api_key: string): Promise<void> {
  const { data: sender } = await admin.createSmsSender({ name: "Harbour Insurance", daily_limit: 500, is_default: true });
  const account = { name: "Text messages", sender_id: sender.id, provider: "telnyx", api_key };
  const { data: serviceAccount } = await admin.createSmsServiceAccount(account);
  await admin.createSmsNumber({ number: "+14155550142", account_id: serviceAccount.id, is_default: true });
}

/** Creates contracts from a template: one that is active, amended and renewed, and one that waits for signatures. */
async function createAgreements({ admin, slug }: DemoContext): Promise<void> {
  const template_id = await createServicesAgreement(admin);
  const api_key = createHash("sha256").update(`dropbox sign of ${slug}`).digest("hex");
  await admin.createSignatureAccount({ provider: "dropbox_sign", name: "Contracts", environment: "demo", api_key });
  await setUpSms(admin, api_key);
  const { data: customer } = await admin.createCustomer({ name: "Harbour Union", email: "office@harbour-union.example" });
  const approved = async (more: object): Promise<string> => {
    const { data } = await admin.createContract({ customer_id: customer.id, template_id, currency: "EUR", ...more });
    await admin.submitContract({ id: data.id });
    return data.id;
  };
  const care = await approved({ title: "Care of the quays", contract_value: "4800.00", requires_signature: false });
  const { data: activeContract } = await admin.activateContract({ id: care });
  const { data: amendment } = await admin.createContractAmendment({
    ...{ id: care, amendment_type: "VALUE", title: "A second quay", reason: "The union has built another one" },
    ...{ value_delta: "1200.00", effective_date: activeContract.start_date },
  });
  await admin.submitContractAmendment({ id: care, amendmentId: amendment.id });
  await admin.renewContract({ id: care });
  const watch = await approved({ title: "Watch at night", contract_value: "3600.00" });
  const [thea] = staff;
  const signers = [
    { name: "Ada Lund", email: "ada.lund@harbour-union.example", party: "customer" as const },
    { name: `${thea.first_name} ${thea.last_name}`, email: `thea@${slug}.example`, party: "company" as const },
  ];
  await admin.signContract({ id: watch, party: "customer", signers });
}
