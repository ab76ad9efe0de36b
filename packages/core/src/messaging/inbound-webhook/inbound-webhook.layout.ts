import type { Layout } from "../../kernel/layout.ts";

export const inboundWebhook: Layout = {
  lists: { deliveries: ["event_type", "status", "outcome", "reason", "created_at"] },
};
