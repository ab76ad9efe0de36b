import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { CUSTOMER } from "../customer/customer.kind.ts";
import type { HealthRecord } from "./health.entity.ts";

export const healthScore: PersonalData<HealthRecord> = {
  purpose: "Warn users about customers who may leave.",
  subject: aboutPerson(reach("customer_id", CUSTOMER)),
  fields: {
    customer_id: "reference",
    health_score: "behavior",
    previous_score: "behavior",
    risk_level: "behavior",
    rule: "none",
    parts: "behavior",
    cause: "behavior",
    scored_at: "behavior",
  },
};
