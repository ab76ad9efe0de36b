import { domain } from "../../kernel/domain.ts";
import { OFFER } from "./offer.kind.ts";

export const offer = domain({
  name: "offer",
  kinds: [OFFER],
  personalData: {
    offer: async () => (await import("./offer.personal-data.ts")).offer,
  },
  subscribers: {
    "offer-mails": {
      events: ["offer.sent", "offer.reminded"],
      uses: ["domains", "mail", "secrets:links", "secrets:lookups", "objects:attachments:get"],
      table: [{ actions: ["GetItem", "BatchGetItem"] }, { actions: ["UpdateItem"], keyspace: "throttle" }],
      load: async () => (await import("./mail.ts")).onOfferEvent,
    },
    "offer-reminders": {
      events: ["offer.reminder_due"],
      uses: ["domains", "objects:attachments:get"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./reminder.ts")).onReminder,
    },
  },
  notifications: {
    offer_viewed: { events: ["offer.viewed"], load: async () => (await import("./offer.notifications.ts")).viewed },
    offer_accepted: { events: ["offer.accepted"], load: async () => (await import("./offer.notifications.ts")).accepted },
    offer_rejected: { events: ["offer.rejected"], load: async () => (await import("./offer.notifications.ts")).rejected },
    offer_asked: { events: ["offer.asked"], load: async () => (await import("./offer.notifications.ts")).customerQuestion },
    offer_expiring: { events: ["offer.reminded"], load: async () => (await import("./offer.notifications.ts")).expiring },
  },
});
