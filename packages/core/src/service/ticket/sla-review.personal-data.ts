import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import type { ReviewRecord } from "./sla-review.entity.ts";

export const ticketReview: PersonalData<ReviewRecord> = {
  purpose: "Compute due times of a customer's tickets again.",
  subject: aboutPerson(reach("customer_id", CUSTOMER)),
  fields: {
    customer_id: "reference",
    after: "none",
    work_at: "none",
    again_at: "none",
  },
};
