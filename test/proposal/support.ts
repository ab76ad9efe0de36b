import type { App } from "@crm/local/app.ts";
import { logo } from "../../scripts/document-samples.ts";
import { type Client, customerOf } from "../quote/support.ts";
import type { Tenant } from "../support.ts";

/** What tests of proposals are made of. */

export const text = { section_type: "TEXT", heading: "Why us", text: "Boats since 1912." };

export const proposalOf = async (
  as: Client,
  { customer_id, opportunity_id, quote_id, ...more }: Record<string, unknown> = {},
) => {
  const party =
    quote_id || opportunity_id ? { quote_id, opportunity_id } : { customer_id: customer_id ?? (await customerOf(as)) };
  return (await as.createProposal({ sections: [text], ...party, ...more } as never)).data;
};

/** One that the customer has. */
export async function handed(as: Client, more: Record<string, unknown> = {}) {
  const { id } = await proposalOf(as, more);
  await as.submitProposal({ id });
  await sent(as, id);
  return (await as.presentProposal({ id })).data;
}

export const sent = async (as: Client, id: string) => (await as.sendProposal({ id, to: "buyer@mail.example" })).data;

/** A file that is attached to a record: a picture, unless told otherwise. */
export async function attached(app: App, tenant: Pick<Tenant, "id">, as: Client, related_to_id: string, bytes: Buffer = logo()) {
  const { data } = await as.createUpload({ file_name: "boat.png", content_type: "image/png", size: bytes.length } as never);
  await app.objects.write(`${tenant.id}/uploads/${data.upload_id}`, bytes);
  return (await as.createAttachment({ related_to_id, upload_id: data.upload_id } as never)).data.id;
}
