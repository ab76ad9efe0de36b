import { Clocks, onClock } from "../storage/jobs/clocks.ts";
import { moved } from "./acceptance.ts";
import { Quotes } from "./quote.entity.ts";

/** At `quote.expiry_due`, when expiration_date is over in the tenant's zone: twice and late too. */
export const onExpiry = onClock((id, due_at) => Clocks.attend(Quotes, id, "expiry", due_at, (quote) => moved(quote, "EXPIRED")));
