import type { Client } from "@crm/functions/derive/client.ts";
import type { DemoJournal } from "./journal.ts";
import type { Random } from "./sample-data.ts";

/** Records of a year beside the leads of the plan: guests with names of many scripts, and records of every kind. */

/** Everything is dated relative to `now`, so a run at another time makes the same records with other dates. */
export interface DemoContext {
  /** The administrator's client. */
  admin: Client;
  rep: { id: string; as: Client };
  random: Random;
  now: number;
  slug: string;
  /** The server's URL. */
  url: string;
  /** Runs a step of several requests once, also over several runs of the demo. */
  runOnce: DemoJournal["runOnce"];
  /** The administrator's client for requests inside such a step; they are no steps themselves. */
  unjournaledAdmin: Client;
  /** How many leads the year has. */
  leads: number;
  /** The ids of the users, in the order of `staff`. */
  staff: readonly string[];
  /** The ids of the created persons. */
  persons: string[];
}

/** Records of a domain that the demo creates beside the year's leads: each file of `records` exports one. */
export interface DemoRecords {
  /** Files whose records must be created first. */
  readonly after?: readonly string[];
  readonly create: (context: DemoContext) => Promise<void>;
}

export const DAY_MS = 24 * 60 * 60 * 1000;
export const daysAgo = ({ now }: DemoContext, days: number): string => new Date(now - days * DAY_MS).toISOString();

/** Sends a request that the typed client does not offer. Throws if the response is an error. */
export async function fetchOk(url: string, request: RequestInit): Promise<void> {
  const { ok, status } = await fetch(url, request);
  if (!ok) throw new Error(`${request.method} ${url} returned ${status}`);
}
