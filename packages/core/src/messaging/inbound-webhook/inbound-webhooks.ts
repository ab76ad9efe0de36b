import { Records } from "../../storage/write/records.ts";
import { Webhooks } from "./webhook.entity.ts";
import { webhookUrl } from "./webhook.ts";

/** The interface for other domains: resumes deliveries that wait for one of their records. */
export { resumeWaiting } from "./waiting-deliveries.ts";

/** Returns the URL of a live webhook; undefined if there is none. */
export async function findUrl(id: string): Promise<string | undefined> {
  const webhook = await Records.load(Webhooks, id, { live: true });
  return webhook && (webhook.public_url ?? webhookUrl(id));
}

export * as InboundWebhooks from "./inbound-webhooks.ts";
