import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { drawLogo } from "../../../scripts/samples/documents.ts";
import type { Tenant } from "../../support/app.ts";
import { type Client, createCustomer } from "../quote/support.ts";

/** Helpers for tests of proposals. */

export const textSection = { section_type: "TEXT", heading: "Why us", text: "Boats since 1912." };

export const createProposal = async (
  as: Client,
  { customer_id, opportunity_id, quote_id, ...more }: Record<string, unknown> = {},
) => {
  const party =
    quote_id || opportunity_id ? { quote_id, opportunity_id } : { customer_id: customer_id ?? (await createCustomer(as)) };
  return (await allowAnyInput(as).createProposal({ sections: [textSection], ...party, ...more })).data;
};

/** Creates a proposal that was presented to the customer. */
export async function createPresentedProposal(as: Client, more: Record<string, unknown> = {}) {
  const { id } = await createProposal(as, more);
  await as.submitProposal({ id });
  await sendProposal(as, id);
  return (await as.presentProposal({ id })).data;
}

export const sendProposal = async (as: Client, id: string) => (await as.sendProposal({ id, to: "buyer@mail.example" })).data;

/** Attaches a picture to a record. Other bytes are attached as text. */
export async function attachPicture(
  app: App,
  tenant: Pick<Tenant, "id">,
  as: Client,
  related_to_id: string,
  bytes: Buffer = drawLogo(),
) {
  const isPicture = bytes[0] === 0x89;
  const file = isPicture
    ? { file_name: "boat.png", content_type: "image/png" }
    : { file_name: "boat.txt", content_type: "text/plain" };
  const { data } = await as.createUpload({ ...file, size: bytes.length });
  await app.objects.write(`${tenant.id}/uploads/${data.upload_id}`, bytes);
  return (await as.createAttachment({ related_to_id, upload_id: data.upload_id })).data.id;
}
