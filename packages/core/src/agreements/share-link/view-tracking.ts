import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useRequest } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import { isProgram } from "../../kernel/user-agent.ts";
import { visitorHash } from "../../platform/sign-in/visitor.ts";
import { Records } from "../../storage/write/records.ts";
import { type OfferRecord, Offers } from "./offer.entity.ts";
import { countView, isFresh } from "./offer.rules.ts";
import { withLink } from "./resolve-token.ts";
import { recordActivity } from "./timeline.ts";
import { OfferToken } from "./token.ts";

/**
 * Counts views by people. Opening the page does not count, because mail scanners open every link. A view counts if the picture in the page is
 * requested within half an hour, from the same address, by the same program, and that program is not a known bot.
 */

/** Returns the mark in the picture's address: when the page was shown, and to which reader. */
export async function createMark(offer: OfferRecord): Promise<{ at: string; mark: string }> {
  const shownAt = Clock.ms().toString(36);
  return { at: shownAt, mark: await OfferToken.computeMark(offer, shownAt, readProgramId()) };
}

const readProgramId = (): string => `${visitorHash()} ${useRequest().user_agent ?? ""}`;

/** A client without a user agent counts as a bot. */
const isByProgram = ({ prefetch, user_agent }: ReturnType<typeof useRequest>): boolean =>
  prefetch === true || !user_agent?.trim() || isProgram(user_agent);

export const recordView = fn(
  z.object({ token: text(200), at: text(20).default(""), mark: text(64).default("") }),
  ({ token, at: shownAt, mark }) =>
    withLink(token, async ({ offer, subject }) => {
      if (isByProgram(useRequest()) || !isFresh(shownAt, Clock.now())) return;
      if (!(await OfferToken.isMark(offer, shownAt, readProgramId(), mark))) return;
      // The record first: if the process dies in between, the next request counts the view.
      const viewed = await subject.onViewed(offer.record_id);
      await Records.change(Offers, offer.id, async (current, tx) => {
        const counted = countView(current, Clock.now());
        if (counted && viewed && current.view_count === 0) {
          const entry = { subject: `${current.name} was opened by the customer`, owner_id: viewed.owner_id };
          await recordActivity(tx, viewed.timelineSubject, entry);
        }
        return counted ?? current;
      });
    }),
);

export * as ViewTracking from "./view-tracking.ts";
