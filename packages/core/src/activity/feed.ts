import { randomBytes } from "node:crypto";
import * as z from "zod";
import { RateLimit } from "../auth/rate-limit.ts";
import { asTenant } from "../auth/session.ts";
import { Clock } from "../kernel/clock.ts";
import { may, runIn, useActor, usePorts, useRequest, useSettings, useTenant } from "../kernel/context.ts";
import { forbidden, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { isId } from "../kernel/id.ts";
import { text } from "../kernel/schema.ts";
import { acting } from "../sign-in/acting.ts";
import { get } from "../storage/table/database.ts";
import { hashed, type Key, tenantKey } from "../storage/table/key.ts";
import { transaction } from "../storage/write/transaction.ts";
import { TENANT } from "../tenant/tenant.domain.ts";
import { USER } from "../user/user.domain.ts";
import { activityGrants } from "./activity.domain.ts";
import { Agenda } from "./agenda.ts";
import { calendarOf } from "./calendar.rules.ts";

/**
 * A user's calendar, for programs that ask for it by its address alone. The address names tenant and user, and ends in a secret of
 * which a hash is kept: whoever has it reads what that user sees, for as long as they may sign in.
 */
const feedKey = (user: string): Key => ({ pk: tenantKey(useTenant(), "CALENDAR", user), sk: "feed" });

export const Made = z.object({
  url: z.string().describe("For a calendar program; shown this once, and good until another is made"),
});

/** Another address: the one before is good no more. */
export const make = fn(z.strictObject({}), async () => {
  const user = self();
  const secret = randomBytes(24).toString("base64url");
  const url = `${usePorts().origin}/api/v1/calendars/${useTenant()}.${user}.${secret}.ics`;
  await transaction()
    .put({ ...feedKey(user), hash: hashOf(user, secret), made_at: Clock.now() })
    .commit(undefined);
  return { url };
});

export const revoke = fn(z.strictObject({}), async () => {
  await transaction().delete(feedKey(self())).commit(undefined);
});

const hashOf = (user: string, secret: string): string => hashed("calendar", user, secret);

function self(): string {
  const actor = useActor();
  if (actor.type !== "user") throw forbidden("An API key is no user: it has no calendar");
  return actor.id;
}

const DAY = 24 * 60 * 60;
const [DAYS_BACK, DAYS_AHEAD] = [92, 366];
/** Of what stands in that time, those that come first. */
const MOST = 2000;
/** Programs ask each quarter of an hour at most. */
const MOST_IN_A_MINUTE = 30;

export const read = fn(z.object({ token: text(200) }), async ({ token }) => {
  const [tenant = "", user = "", secret = ""] = token.replace(/\.ics$/, "").split(".");
  if (!isId(tenant, TENANT) || !isId(user, USER)) throw notFound();
  return asTenant(tenant, async () => {
    const feed = await get(feedKey(user));
    if (feed?.hash !== hashOf(user, secret)) throw notFound();
    const context = await acting(user, { request: useRequest().id, onlyReads: true });
    if (!context) throw notFound();
    return runIn(context, async () => {
      if (!may(activityGrants.read)) throw notFound();
      await RateLimit.take(`${user}.calendar`, MOST_IN_A_MINUTE);
      const part = { from: Clock.after(-DAYS_BACK * DAY), to: Clock.after(DAYS_AHEAD * DAY) };
      const { entries } = await Agenda.entriesOf([user], part, useSettings().timezone, MOST);
      return calendarOf(entries, "CRM", usePorts().origin);
    });
  });
});

export * as Feed from "./feed.ts";
