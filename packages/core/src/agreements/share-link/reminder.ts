import { Clock } from "../../kernel/clock.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { type OfferRecord, Offers } from "./offer.entity.ts";
import { loadOfferable } from "./offerable.ts";
import { resolveOfferLanguage } from "./resolve-token.ts";

/**
 * At `offer.reminder_due`, once for what waits for an answer: customer and owner are told by what follows from the change. Where it was
 * answered, is over, or is no longer shown, nobody is.
 */
export const onReminder = createClockListener((id, due_at) =>
  Tenant.runWithSettings(() =>
    Clocks.runDue(Offers, id, "reminder", due_at, async (offer): Promise<OfferRecord> => {
      const subject = await loadOfferable(offer.record_kind);
      const found = await subject.read(offer.record_id, { language: resolveOfferLanguage(offer) });
      const isWaiting = found?.state === "open" && offer.revoked_at === null;
      return { ...offer, reminder_at: null, ...(isWaiting ? { reminded_at: Clock.now() } : {}) };
    }),
  ),
);
