import * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { derivedId } from "../../kernel/id.ts";
import { aboutPerson, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant } from "../../kernel/schema.ts";
import { type BaseRecord, Collection } from "../../storage/table/collection.ts";
import { TICKET_BACKGROUND_JOB } from "./ticket.kind.ts";

/** Background jobs that support runs over many tickets, and when they continue. */
export const Stored = z.object({
  customer_id: id(CUSTOMER)
    .nullable()
    .describe("Customer whose tickets follow a change of owner; null: waiting tickets are offered again"),
  due_at: personalData("none", instant().nullable()),
  purpose: personalData(
    "none",
    z.string().nullable().describe("Identifies the work to continue; a different purpose starts from the beginning"),
  ),
  is_last: z.boolean().describe("true: the last pass, for records that the indexes did not show before"),
});

export type BackgroundJobRecord = z.output<typeof Stored> & BaseRecord;

export const BackgroundJobs = new Collection<BackgroundJobRecord>({
  kind: TICKET_BACKGROUND_JOB,
  schema: Stored,
  personalData: { purpose: "Finish work on tickets in the background.", subject: aboutPerson(reach("customer_id", CUSTOMER)) },
  row: ["customer_id"],
  indexes: {},
  clocks: {
    queue: ({ customer_id, due_at }) => (customer_id === null ? due_at : null),
    owners: ({ customer_id, due_at }) => (customer_id === null ? null : due_at),
  },
});

/** Returns the id of the queue's job, or of a customer's job. */
export const backgroundJobId = (customer_id: string | null): string =>
  derivedId(TICKET_BACKGROUND_JOB, 0, customer_id ?? "queue");
