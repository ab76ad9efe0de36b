import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { EndpointRecord } from "./endpoint.entity.ts";

export const webhookEndpoint: PersonalData<EndpointRecord> = {
  purpose: "Tell systems of the tenant about changes.",
  subject: undefined,
  fields: {
    name: "none",
    url: "none",
    events: "none",
    include_record: "none",
    owner_id: "staff",
    status: "none",
    off_reason: "none",
    told_id: "staff",
    failing_since: "none",
    tries: "none",
    work_at: "none",
    slot: "none",
    secret_set_at: "none",
    former_until: "none",
    sealed: "credential",
  },
  sealedValues: { "*": "credential" },
};
