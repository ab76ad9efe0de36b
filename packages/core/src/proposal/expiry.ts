import { moved } from "../quote/acceptance.ts";
import { Clocks, onClock } from "../storage/jobs/clocks.ts";
import { Proposals } from "./proposal.entity.ts";

/** At `proposal.expiry_due`, when expiration_date is over in the tenant's zone: twice and late too. */
export const onExpiry = onClock((id, due_at) =>
  Clocks.attend(Proposals, id, "expiry", due_at, (proposal) => moved(proposal, "EXPIRED")),
);
