import { randomUUID } from "node:crypto";
import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import type { Place } from "../storage/read/feed.ts";
import { get, isConditionFailed, update } from "../storage/table/database.ts";
import type { Item } from "../storage/table/item.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { Fenced } from "../storage/write/job.ts";

/**
 * How far the sending to an endpoint is, beside it, so that sending changes no record. One at a time has it in hand, by a lease; whoever had
 * it before writes nothing more.
 */
export interface Progress {
  /** Behind which it goes on. */
  after: Place;
  /** Ids of events beyond that were taken already. */
  done: readonly string[];
}

/** What is sent once more: what lies between two places, and was made within these bounds. */
export interface Replay extends Progress {
  until: Place;
  from: string | null;
  to: string | null;
}

/** Seconds for which one has an endpoint in hand without a sign of life. */
export const LEASE = 120;
const RENEWED = 30;

const keyOf = (id: string, sk: "state" | "replay"): Key => ({ pk: tenantKey(useTenant(), "SENDING", id), sk });

export const begun = (id: string, after: Place): Item & Key => ({
  ...keyOf(id, "state"),
  progress: JSON.stringify({ after, done: [] } satisfies Progress),
});

export class Lease {
  readonly #id: string;
  readonly #worker = randomUUID();
  #until = "";
  progress: Progress = { after: { page: 0, place: 0 }, done: [] };

  private constructor(id: string) {
    this.#id = id;
  }

  /** Takes an endpoint in hand; undefined while another has it. */
  static async take(id: string): Promise<Lease | undefined> {
    const lease = new Lease(id);
    lease.#until = Clock.after(LEASE);
    try {
      const { Attributes } = await update({
        Key: keyOf(id, "state"),
        UpdateExpression: "SET worker = :me, leased_until = :until",
        ConditionExpression: "attribute_exists(pk) and (attribute_not_exists(leased_until) or leased_until < :now)",
        ExpressionAttributeValues: { ":me": lease.#worker, ":until": lease.#until, ":now": Clock.now() },
        ReturnValues: "ALL_NEW",
      });
      lease.progress = JSON.parse(String(Attributes?.progress)) as Progress;
      return lease;
    } catch (error) {
      if (isConditionFailed(error)) return undefined;
      throw error;
    }
  }

  /** Says that somebody is still at it; `Fenced` where another has taken over. */
  async keep(): Promise<void> {
    if (this.#until < Clock.after(LEASE - RENEWED)) await this.#write(Clock.after(LEASE));
  }

  async note(progress: Progress): Promise<void> {
    this.progress = progress;
    await this.#write(Clock.after(LEASE));
  }

  async release(): Promise<void> {
    await this.#write("");
  }

  async #write(until: string): Promise<void> {
    this.#until = until;
    try {
      await update({
        Key: keyOf(this.#id, "state"),
        UpdateExpression: "SET progress = :progress, leased_until = :until",
        ConditionExpression: "worker = :me",
        ExpressionAttributeValues: { ":me": this.#worker, ":progress": JSON.stringify(this.progress), ":until": until },
      });
    } catch (error) {
      throw isConditionFailed(error) ? new Fenced("Another has taken the endpoint in hand") : error;
    }
  }
}

/** The replay that is asked for, or under way. */
export async function replayOf(id: string): Promise<Replay | undefined> {
  const item = await get(keyOf(id, "replay"));
  return item && (JSON.parse(String(item.replay)) as Replay);
}

export const replayItem = (id: string, replay: Replay): Item & Key => ({
  ...keyOf(id, "replay"),
  replay: JSON.stringify(replay),
});

export const replayDone = (id: string) => ({ DeleteRequest: { Key: keyOf(id, "replay") } });

export * as Sending from "./state.ts";
