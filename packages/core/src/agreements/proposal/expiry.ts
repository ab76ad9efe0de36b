import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { withStatus } from "../quote/acceptance.ts";
import { Proposals } from "./proposal.entity.ts";

/** Listener for `proposal.expiry_due`, at the end of expiration_date in the tenant's time zone. A repeated or late call is safe. */
export const onExpiry = createClockListener((id, due_at) =>
  Clocks.runDue(Proposals, id, "expiry", due_at, (proposal) => withStatus(proposal, "EXPIRED")),
);
