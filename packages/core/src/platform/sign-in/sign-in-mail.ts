import type { DomainEvent } from "../../kernel/ports.ts";
import { SECOND_FACTOR } from "../second-factor/second-factor.kind.ts";
import { sendLinkMail } from "./link-mail.ts";
import { sendSecondFactorMail } from "./second-factor-mail.ts";

/** Sends the mails about the sign-in of a user. */
export const sendSignInMail = (event: DomainEvent): Promise<void> =>
  event.type.startsWith(`${SECOND_FACTOR.name}.`) ? sendSecondFactorMail(event) : sendLinkMail(event);
