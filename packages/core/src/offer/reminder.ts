import { Clock } from "../kernel/clock.ts";
import { Clocks, onClock } from "../storage/jobs/clocks.ts";
import { Tenant } from "../tenant/tenant.ts";
import { languageIn } from "./entrance.ts";
import { type OfferRecord, Offers } from "./offer.entity.ts";
import { offeredOf } from "./offered.ts";

/**
 * At `offer.reminder_due`, once for what waits for an answer: customer and owner are told by what follows from the change. Where it was
 * answered, is over, or is no longer shown, nobody is.
 */
export const onReminder = onClock((id, due_at) =>
  Tenant.asConfigured(() =>
    Clocks.attend(Offers, id, "reminder", due_at, async (offer): Promise<OfferRecord> => {
      const subject = await offeredOf(offer.record_kind);
      const found = await subject.read(offer.record_id, { language: languageIn(offer) });
      const isWaiting = found?.state === "open" && offer.revoked_at === null;
      return { ...offer, reminder_at: null, ...(isWaiting ? { reminded_at: Clock.now() } : {}) };
    }),
  ),
);
