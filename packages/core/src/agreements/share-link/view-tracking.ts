import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useRequest } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import { isBot } from "../../kernel/user-agent.ts";
import { visitorHash } from "../../platform/sign-in/visitor.ts";
import { isSameSecret } from "../../storage/vault/secret.ts";
import { Records } from "../../storage/write/records.ts";
import { type OfferRecord, Offers } from "./offer.entity.ts";
import { countView, isFresh } from "./offer.rules.ts";
import { withLink } from "./resolve-token.ts";
import { OfferToken } from "./token.ts";

/**
 * Whether a person has seen it. Opening the page counts nothing, because programs that check mails open it: a picture in it does, asked
 * for by the same program at the same address within half an hour, whose request says that it is none of those.
 */

/** What the address of the picture says of who was shown the page, and when. */
export async function createMark(offer: OfferRecord): Promise<{ at: string; mark: string }> {
  const at = Clock.ms().toString(36);
  return { at, mark: await OfferToken.computeMark(offer, at, readProgramId()) };
}

const readProgramId = (): string => `${visitorHash()} ${useRequest().user_agent ?? ""}`;

/** What says nothing of itself is no browser. */
const isProgram = ({ prefetch, user_agent }: ReturnType<typeof useRequest>): boolean =>
  prefetch === true || !user_agent?.trim() || isBot(user_agent);

export const recordView = fn(
  z.object({ token: text(200), at: text(20).default(""), mark: text(64).default("") }),
  ({ token, at, mark }) =>
    withLink(token, async ({ offer, subject }) => {
      if (isProgram(useRequest()) || !isFresh(at, Clock.now())) return;
      if (!isSameSecret(await OfferToken.computeMark(offer, at, readProgramId()), mark)) return;
      // First what was sent: whoever is killed in between counts again.
      await subject.onViewed(offer.record_id);
      await Records.change(Offers, offer.id, (current) => countView(current, Clock.now()) ?? current);
    }),
);

export * as ViewTracking from "./view-tracking.ts";
