import { domain } from "../../kernel/domain.ts";
import { INBOUND_MAIL, inboundMailGrants } from "./inbound-mail.kind.ts";

/** Inbound mails: parsed when they arrive, and stored unchanged. */
export const inboundMail = domain({
  name: "inbound-mail",
  kinds: [INBOUND_MAIL],
  grants: [inboundMailGrants],
  authorities: {
    "inbound-mail": { rights: "system", basis: "request" },
  },
});
