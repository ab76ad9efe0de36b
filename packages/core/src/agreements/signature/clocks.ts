import { Clock } from "../../kernel/clock.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { applyReminder } from "./request.ts";
import { loadSender } from "./sender.ts";
import { SignatureRequests } from "./signature.entity.ts";
import { Transition } from "./transition.ts";

/** Listener for `signature_request.reminder_due` and `signature_request.expiry_due`. A repeated or late call is safe. */
export const onRequestClock = (event: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(() => (event.type === "signature_request.expiry_due" ? onExpiry(event) : onReminder(event)));

const onReminder = createClockListener(async (id, due_at) => {
  const dueRequest = await Clocks.loadDue(SignatureRequests, id, "reminder", due_at);
  if (!dueRequest) return;
  if (dueRequest.provider !== "builtin") await (await loadSender(dueRequest)).remind(dueRequest);
  await Clocks.runDue(SignatureRequests, id, "reminder", due_at, (request) => {
    const next = applyReminder(request, "clock");
    // No reminder at or after the expiry.
    return next.reminder_at !== null && next.reminder_at >= request.expires_at ? { ...next, reminder_at: null } : next;
  });
});

const onExpiry = createClockListener(async (id, due_at) => {
  const dueRequest = await Clocks.loadDue(SignatureRequests, id, "expiry", due_at);
  if (dueRequest) await Transition.applyFacts(id, { state: "expired", time: Clock.now(), source: "clock" });
});
