import type { IncomingHttpHeaders } from "node:http";
import { Clock } from "@crm/core/kernel/clock.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { Duration } from "luxon";
import type { App } from "../app.ts";

export interface ControlResponse {
  status: number;
  data: unknown;
}

export const rejection = (status: number, code: string, message: string): ControlResponse => ({
  status,
  data: { code, message, details: [] },
});

/** Host names of this machine. If a page points its own host name at this machine's address (DNS rebinding), the Host header has that name. */
const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

/**
 * Whether a request comes from a program on this machine or from a page of this server. Requests of other pages are refused, and outbound
 * webhooks of any local server: a tenant chooses their address and part of their body.
 */
export function isLocalRequest({ host = "", origin, ...headers }: IncomingHttpHeaders): boolean {
  if (headers["webhook-id"] !== undefined) return false;
  const site = headers["sec-fetch-site"];
  if (!LOCAL_HOST.test(host) || (origin !== undefined && origin !== `http://${host}`)) return false;
  return site === undefined || site === "same-origin" || site === "none";
}

/** Runs a control of the local server, such as the clock or `settle`. Never deployed. */
export async function runControl(app: App, method: string, url: URL, bytes: Buffer): Promise<ControlResponse> {
  const [, , control, name, action] = url.pathname.split("/");
  const key = `${method} ${control}`;
  if (key === "POST inbound-mail") return (await import("./inbound-mail.ts")).ingestPostedMail(app, url, bytes);
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
    return ran ? { status: 200, data: { name } } : rejection(404, "NOT_FOUND", "No such schedule");
  }
  if (key === "GET mailbox") return { status: 200, data: app.mail.sent(url.searchParams.get("to") ?? undefined) };
  if (control === "outbox" || control === "providers") {
    const controlResponse = await (await import("../providers/controls.ts")).runProviderControl(
      app,
      key,
      url.pathname.split("/").slice(3),
      body,
    );
    return controlResponse ?? rejection(404, "NOT_FOUND", "No such control");
  }
  if (key === "POST redrive") return { status: 200, data: await app.consumer.redrive() };
  return (
    (await (await import("./maintenance-controls.ts")).runMaintenance(app, key, body)) ??
    rejection(404, "NOT_FOUND", "No such control")
  );
}

/** Limits of the clock: beyond them, jobs that run daily would take too long to catch up. */
const [MIN_CLOCK_MS, MAX_CLOCK_MS] = [Date.parse("2000-01-01T00:00:00Z"), Date.parse("2200-01-01T00:00:00Z")] as const;

/** Returns the time to which the input moves the clock; undefined for a reset and for invalid input. */
function resolveInstant({ now, advance, reset }: { now?: unknown; advance?: unknown; reset?: unknown }): number | undefined {
  if (reset === true) return undefined;
  if (typeof now === "string") return Number.isNaN(Date.parse(now)) ? undefined : Date.parse(now);
  const duration = typeof advance === "string" ? Duration.fromISO(advance) : undefined;
  return duration?.isValid ? Clock.ms() + duration.toMillis() : undefined;
}

async function setClock(app: App, body: string): Promise<ControlResponse> {
  let input: { now?: unknown; advance?: unknown; reset?: unknown; quiet?: unknown };
  try {
    input = JSON.parse(body || "{}");
  } catch {
    return rejection(400, "VALIDATION_ERROR", "The body must be JSON");
  }
  const to = resolveInstant(input);
  if (to !== undefined && !(to >= MIN_CLOCK_MS && to < MAX_CLOCK_MS))
    return rejection(400, "VALIDATION_ERROR", "The clock must be between the years 2000 and 2199");
  if (input.reset === true) app.setClock({ reset: true });
  else if (typeof input.now === "string" && !Number.isNaN(Date.parse(input.now))) app.setClock({ now: input.now });
  else if (typeof input.advance === "string" && Duration.fromISO(input.advance).isValid) {
    app.setClock({ advance: Duration.fromISO(input.advance).toMillis() });
  } else return rejection(400, "VALIDATION_ERROR", 'Send {"now": instant}, {"advance": "PT2H"} or {"reset": true}');
  if (input.quiet === true) app.scheduler.skipDue();
  else await app.scheduler.settle();
  return { status: 200, data: { now: Clock.now() } };
}
