import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { QueueRecord } from "./queue.entity.ts";

export const messageQueue: PersonalData<QueueRecord> = {
  purpose: "Send messages of one account in order and within its rate.",
  subject: undefined,
  fields: {
    outlet_id: "none",
    worker: "none",
    leased_until: "none",
    next_at: "none",
    due_at: "none",
  },
};
