import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { withStatus } from "./acceptance.ts";
import { Quotes } from "./quote.entity.ts";

/** Listener for `quote.expiry_due`, at the end of expiration_date in the tenant's time zone. A repeated or late call is safe. */
export const onExpiry = createClockListener((id, due_at) =>
  Clocks.runDue(Quotes, id, "expiry", due_at, (quote) => withStatus(quote, "EXPIRED")),
);
