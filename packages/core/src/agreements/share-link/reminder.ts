import { Clock } from "../../kernel/clock.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { type OfferRecord, Offers } from "./offer.entity.ts";
import { loadOfferable } from "./offerable.ts";
import { resolveOfferLanguage } from "./resolve-token.ts";

/**
 * Listener for `offer.reminder_due`. Marks an open offer as reminded, once; the events of that change notify the customer and the owner. An offer
 * that is answered, over, revoked or not shown any more is not reminded.
 */
export const onReminder = createClockListener((id, due_at) =>
  Tenant.runWithSettings(() =>
    Clocks.runDue(Offers, id, "reminder", due_at, async (offer): Promise<OfferRecord> => {
      const subject = await loadOfferable(offer.record_kind);
      const currentOffer = await subject.read(offer.record_id, { language: resolveOfferLanguage(offer) });
      const isWaiting = currentOffer?.state === "open" && offer.revoked_at === null;
      return { ...offer, reminder_at: null, ...(isWaiting ? { reminded_at: Clock.now() } : {}) };
    }),
  ),
);
