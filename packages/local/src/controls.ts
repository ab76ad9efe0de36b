import type { IncomingHttpHeaders } from "node:http";
import { Clock } from "@crm/core/kernel/clock.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { Duration } from "luxon";
import type { App } from "./app.ts";

export interface Answer {
  status: number;
  data: unknown;
}

export const refused = (status: number, code: string, message: string): Answer => ({
  status,
  data: { code, message, details: [] },
});

/** Names by which this machine calls itself. A page that gives a name of its own our address comes under that name. */
const OWN = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

/** Whether a program of this machine asks, or a page that it got from here: what any page may send is not let in. */
export function isFromHere({ host = "", origin, ...headers }: IncomingHttpHeaders): boolean {
  const site = headers["sec-fetch-site"];
  if (!OWN.test(host) || (origin !== undefined && origin !== `http://${host}`)) return false;
  return site === undefined || site === "same-origin" || site === "none";
}

/** What only a laptop has: the clock in your hand, and the end of waiting. Never deployed. */
export async function controls(app: App, method: string, url: URL, bytes: Buffer): Promise<Answer> {
  const [, , what, name, action] = url.pathname.split("/");
  const key = `${method} ${what}`;
  if (key === "POST inbound-mail") return (await import("./inbound.ts")).takeIn(app, url, bytes);
  const body = bytes.toString();
  if (key === "POST clock") return setClock(app, body);
  if (key === "GET clock") return { status: 200, data: { now: Clock.now() } };
  if (key === "POST settle") {
    await app.settle();
    return { status: 200, data: { now: Clock.now() } };
  }
  if (key === "GET schedules" && name === undefined) {
    return { status: 200, data: schedules.map(({ load: _load, ...schedule }) => schedule) };
  }
  if (key === "POST schedules" && name !== undefined && action === "run") {
    const ran = await app.scheduler.run(name);
    return ran ? { status: 200, data: { name } } : refused(404, "NOT_FOUND", "No such schedule");
  }
  if (key === "GET mailbox") return { status: 200, data: app.mail.sent(url.searchParams.get("to") ?? undefined) };
  if (what === "outbox" || what === "providers") {
    const found = await (await import("./providers/controls.ts")).controlProviders(
      app,
      key,
      url.pathname.split("/").slice(3),
      body,
    );
    return found ?? refused(404, "NOT_FOUND", "No such control");
  }
  if (key === "POST redrive") return { status: 200, data: await app.consumer.redrive() };
  return (await (await import("./maintenance.ts")).maintain(app, key, body)) ?? refused(404, "NOT_FOUND", "No such control");
}

/** Behind this, what happens by days would be worked off for ages before it is up to date. */
const [EARLIEST, LATEST] = [Date.parse("2000-01-01T00:00:00Z"), Date.parse("2200-01-01T00:00:00Z")] as const;

/** Where a clock would be set that is moved so; undefined where that cannot be read. */
function instantOf({ now, advance, reset }: { now?: unknown; advance?: unknown; reset?: unknown }): number | undefined {
  if (reset === true) return undefined;
  if (typeof now === "string") return Number.isNaN(Date.parse(now)) ? undefined : Date.parse(now);
  const duration = typeof advance === "string" ? Duration.fromISO(advance) : undefined;
  return duration?.isValid ? Clock.ms() + duration.toMillis() : undefined;
}

async function setClock(app: App, body: string): Promise<Answer> {
  let wanted: { now?: unknown; advance?: unknown; reset?: unknown; quiet?: unknown };
  try {
    wanted = JSON.parse(body || "{}");
  } catch {
    return refused(400, "VALIDATION_ERROR", "The body is not JSON");
  }
  const to = instantOf(wanted);
  if (to !== undefined && !(to >= EARLIEST && to < LATEST))
    return refused(400, "VALIDATION_ERROR", "The clock goes from the year 2000 to 2199");
  if (wanted.reset === true) app.setClock({ reset: true });
  else if (typeof wanted.now === "string" && !Number.isNaN(Date.parse(wanted.now))) app.setClock({ now: wanted.now });
  else if (typeof wanted.advance === "string" && Duration.fromISO(wanted.advance).isValid) {
    app.setClock({ advance: Duration.fromISO(wanted.advance).toMillis() });
  } else return refused(400, "VALIDATION_ERROR", 'Say {"now": instant}, {"advance": "PT2H"} or {"reset": true}');
  if (wanted.quiet === true) app.scheduler.pass();
  else await app.scheduler.settle();
  return { status: 200, data: { now: Clock.now() } };
}
