/** What other domains know of webhooks that come in: how what waits for a record of theirs goes on. */
export { arrived } from "./held.ts";

export * as InboundWebhooks from "./inbound-webhooks.ts";
