import { INVOICE } from "../../commerce/invoice/invoice.kind.ts";
import { ORDER } from "../../commerce/order/order.kind.ts";
import { domain } from "../../kernel/domain.ts";
import { CONTRACT_AMENDMENT } from "../contract/contract.kind.ts";
import { PROPOSAL } from "../proposal/proposal.kind.ts";
import { QUOTE } from "../quote/quote.kind.ts";
import { OFFER } from "./offer.kind.ts";

export const offer = domain({
  name: "offer",
  kinds: [OFFER],
  authorities: {
    // The page of an order shows it as it is now, only to the holder of the link; it has nothing to approve. An issued invoice cannot change.
    offer_link: { rights: "visitor", basis: { approved: [QUOTE, PROPOSAL, CONTRACT_AMENDMENT, INVOICE], checked: [ORDER] } },
  },
  subscribers: {
    "offer-mails": {
      basis: "release",
      events: ["offer.sent", "offer.reminded"],
      uses: ["domains", "mail", "secrets:links", "secrets:lookups", "objects:attachments:get"],
      table: [{ actions: ["GetItem", "BatchGetItem"] }, { actions: ["UpdateItem"], keyspace: "throttle" }],
      load: async () => (await import("./mail.ts")).onOfferEvent,
    },
    "offer-reminders": {
      basis: "release",
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
