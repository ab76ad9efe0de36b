import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { withStatus } from "./acceptance.ts";
import { Quotes } from "./quote.entity.ts";

/** At `quote.expiry_due`, when expiration_date is over in the tenant's zone: twice and late too. */
export const onExpiry = createClockListener((id, due_at) =>
  Clocks.runDue(Quotes, id, "expiry", due_at, (quote) => withStatus(quote, "EXPIRED")),
);
