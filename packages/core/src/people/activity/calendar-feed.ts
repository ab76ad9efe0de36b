import { randomBytes } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, runIn, useActor, usePorts, useRequest, useSettings, useTenant } from "../../kernel/context.ts";
import { forbidden, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { text } from "../../kernel/schema.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { runAsTenant } from "../../platform/auth/session.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import { TENANT } from "../../platform/tenant/tenant.kind.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { readItem } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { activityGrants } from "./activity.kind.ts";
import { Agenda } from "./agenda.ts";
import { buildCalendar } from "./icalendar.rules.ts";

/**
 * The calendar feed of a user, for programs that send only a URL. The URL contains the tenant, the user and a secret. The table
 * stores only a hash of the secret. A program with the URL reads what the user sees, as long as the user may sign in.
 */
const feedKey = (user: string): Key => ({ pk: tenantKey(useTenant(), "CALENDAR", user), sk: "feed" });

export const CreatedFeed = z.object({
  url: z.string().describe("URL for a calendar program; shown only once, and valid until another is created"),
});

/** Creates a new URL. The previous one is no longer valid. */
export const create = fn(z.strictObject({}), async () => {
  const user = requireUserId();
  const secret = randomBytes(24).toString("base64url");
  const url = `${usePorts().origin}/api/v1/calendars/${useTenant()}.${user}.${secret}.ics`;
  await transaction()
    .put({ ...feedKey(user), hash: hashFeedSecret(user, secret), made_at: Clock.now() })
    .commit(undefined);
  return { url };
});

export const revoke = fn(z.strictObject({}), async () => {
  await transaction().delete(feedKey(requireUserId())).commit(undefined);
});

const hashFeedSecret = (user: string, secret: string): string => hashTexts("calendar", user, secret);

function requireUserId(): string {
  const actor = useActor();
  if (actor.type !== "user") throw forbidden("API keys have no calendar: sign in as a user");
  return actor.id;
}

const DAY_SECONDS = 24 * 60 * 60;
const [DAYS_BACK, DAYS_AHEAD] = [92, 366];
/** Maximum number of entries, the earliest first. */
const MAX_ENTRIES = 2000;
/** Calendar programs normally read once in a quarter of an hour or less often. */
const MAX_READS_PER_MINUTE = 30;

export const read = fn(z.object({ token: text(200) }), async ({ token }) => {
  const [tenant = "", user = "", secret = ""] = token.replace(/\.ics$/, "").split(".");
  if (!isId(tenant, TENANT) || !isId(user, USER)) throw notFound();
  return runAsTenant(tenant, async () => {
    const feed = await readItem(feedKey(user));
    if (feed?.hash !== hashFeedSecret(user, secret)) throw notFound();
    const context = await buildActorContext(user, { authority: "calendar_feed", request: useRequest().id, isReadOnly: true });
    if (!context) throw notFound();
    return runIn(context, async () => {
      if (!hasPermission(activityGrants.read)) throw notFound();
      await RateLimit.take(`${user}.calendar`, MAX_READS_PER_MINUTE);
      const part = { from: Clock.addSeconds(-DAYS_BACK * DAY_SECONDS), to: Clock.addSeconds(DAYS_AHEAD * DAY_SECONDS) };
      const { entries } = await Agenda.listEntries([user], part, useSettings().timezone, MAX_ENTRIES);
      return buildCalendar(await Agenda.loadVersions(entries), "CRM", usePorts().origin);
    });
  });
});

export * as CalendarFeed from "./calendar-feed.ts";
