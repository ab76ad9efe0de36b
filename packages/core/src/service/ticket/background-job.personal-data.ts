import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import type { BackgroundJobRecord } from "./background-job.entity.ts";

export const backgroundJob: PersonalData<BackgroundJobRecord> = {
  purpose: "Finish work on tickets in the background.",
  subject: aboutPerson(reach("customer_id", CUSTOMER)),
  fields: {
    customer_id: "reference",
    due_at: "none",
    purpose: "none",
    is_last: "none",
  },
};
