import { Records } from "../../storage/write/records.ts";
import { Webhooks } from "./webhook.entity.ts";
import { webhookUrl } from "./webhook.ts";

/** What other domains know of webhooks that come in: how what waits for a record of theirs goes on. */
export { resumeWaiting } from "./waiting-deliveries.ts";

/** Where a provider calls a live webhook; undefined where there is none. */
export async function findUrl(id: string): Promise<string | undefined> {
  const webhook = await Records.load(Webhooks, id, { live: true });
  return webhook && (webhook.public_url ?? webhookUrl(id));
}

export * as InboundWebhooks from "./inbound-webhooks.ts";
