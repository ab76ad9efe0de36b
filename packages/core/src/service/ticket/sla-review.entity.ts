import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { TICKET_REVIEW } from "./ticket.kind.ts";

/** The progress of a walk over the open tickets that another policy, calendar or customer affects (docs/service/sla.md, Changes elsewhere). */

export const Stored = z.object({
  customer_id: id(CUSTOMER).nullable().describe("Customer whose tickets are reviewed; null: all tickets of the tenant"),
  after: personalData("none", z.string().nullable().describe("The last reviewed ticket")),
  work_at: personalData("none", instant().nullable().describe("When the review continues; null if there is nothing to do")),
  again_at: personalData("none", instant().nullable().describe("When all tickets are reviewed again")),
});

export type ReviewRecord = z.output<typeof Stored> & BaseRecord;

export const Reviews = new Collection<ReviewRecord>({
  kind: TICKET_REVIEW,
  schema: Stored,
  personalData: {
    purpose: "Compute due times of a customer's tickets again.",
    subject: aboutPerson(reach("customer_id", CUSTOMER)),
  },
  row: ["customer_id", "work_at"],
  indexes: { by_time: indexBy() },
  clocks: { work: ({ work_at }) => work_at },
});
