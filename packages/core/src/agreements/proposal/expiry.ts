import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { withStatus } from "../quote/acceptance.ts";
import { Proposals } from "./proposal.entity.ts";

/** At `proposal.expiry_due`, when expiration_date is over in the tenant's zone: twice and late too. */
export const onExpiry = createClockListener((id, due_at) =>
  Clocks.runDue(Proposals, id, "expiry", due_at, (proposal) => withStatus(proposal, "EXPIRED")),
);
