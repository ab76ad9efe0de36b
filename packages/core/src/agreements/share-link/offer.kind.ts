import { kind } from "../../kernel/id.ts";

/** An offer: the sending of a record to a customer, its views and the answer. Users read it through the record that was sent. */
export const OFFER = kind("offer", "ofr", { load: () => import("./offer.entity.ts"), isStandalone: true, shape: 2 });
