import { Clock } from "../kernel/clock.ts";
import type { DomainEvent } from "../kernel/ports.ts";
import { Clocks, onClock } from "../storage/jobs/clocks.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Advance } from "./advance.ts";
import { providerOf } from "./providers.ts";
import { reminded } from "./request.ts";
import { SignatureRequests } from "./signature.entity.ts";

/** At `signature_request.reminder_due` and `signature_request.expiry_due`: twice and late too. */
export const onDue = (event: DomainEvent): Promise<void> =>
  Tenant.asConfigured(() => (event.type === "signature_request.expiry_due" ? onExpiry(event) : onReminder(event)));

const onReminder = onClock(async (id, due_at) => {
  const found = await Clocks.standing(SignatureRequests, id, "reminder", due_at);
  if (!found) return;
  if (found.provider !== "builtin") await (await providerOf(found)).remind(found);
  await Clocks.attend(SignatureRequests, id, "reminder", due_at, (request) => {
    const next = reminded(request, "clock");
    // Nobody is reminded of what is over by then.
    return next.reminder_at !== null && next.reminder_at >= request.expires_at ? { ...next, reminder_at: null } : next;
  });
});

const onExpiry = onClock(async (id, due_at) => {
  const found = await Clocks.standing(SignatureRequests, id, "expiry", due_at);
  if (found) await Advance.told(id, { state: "expired", at: Clock.now(), source: "clock" });
});
