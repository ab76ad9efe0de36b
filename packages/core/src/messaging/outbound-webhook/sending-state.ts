import { randomUUID } from "node:crypto";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import type { FeedPosition } from "../../storage/read/event-feed.ts";
import { isConditionFailed, readItem, update } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { LeaseLost } from "../../storage/write/job.ts";

/**
 * The progress of sending to an endpoint, in an item of its own, so that sending changes no record. One worker at a time has its
 * lease; a worker that lost it can write nothing.
 */
export interface Progress {
  /** The position after which the next events are read. */
  after: FeedPosition;
  /** The ids of later events that were already accepted. */
  done: readonly string[];
}

/** A replay: events up to a position, within these times. */
export interface Replay extends Progress {
  until: FeedPosition;
  from: string | null;
  to: string | null;
}

/** Seconds of a lease without renewal. */
export const LEASE_SECONDS = 120;
const RENEW_AFTER_SECONDS = 30;

const itemKey = (id: string, sk: "state" | "replay"): Key => ({ pk: tenantKey(useTenant(), "SENDING", id), sk });

export const buildInitialItem = (id: string, after: FeedPosition): Item & Key => ({
  ...itemKey(id, "state"),
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

  /** Acquires the lease of an endpoint; undefined while another worker has it. */
  static async acquire(id: string): Promise<Lease | undefined> {
    const lease = new Lease(id);
    lease.#until = Clock.addSeconds(LEASE_SECONDS);
    try {
      const { Attributes } = await update({
        Key: itemKey(id, "state"),
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

  /** Renews the lease if needed. Throws `LeaseLost` if another worker has acquired it. */
  async renew(): Promise<void> {
    if (this.#until < Clock.addSeconds(LEASE_SECONDS - RENEW_AFTER_SECONDS)) await this.#write(Clock.addSeconds(LEASE_SECONDS));
  }

  async saveProgress(progress: Progress): Promise<void> {
    this.progress = progress;
    await this.#write(Clock.addSeconds(LEASE_SECONDS));
  }

  async release(): Promise<void> {
    await this.#write("");
  }

  async #write(until: string): Promise<void> {
    this.#until = until;
    try {
      await update({
        Key: itemKey(this.#id, "state"),
        UpdateExpression: "SET progress = :progress, leased_until = :until",
        ConditionExpression: "worker = :me",
        ExpressionAttributeValues: { ":me": this.#worker, ":progress": JSON.stringify(this.progress), ":until": until },
      });
    } catch (error) {
      throw isConditionFailed(error) ? new LeaseLost("Another worker has acquired the lease of the endpoint") : error;
    }
  }
}

/** Returns the requested or running replay. */
export async function loadReplay(id: string): Promise<Replay | undefined> {
  const item = await readItem(itemKey(id, "replay"));
  return item && (JSON.parse(String(item.replay)) as Replay);
}

export const replayItem = (id: string, replay: Replay): Item & Key => ({
  ...itemKey(id, "replay"),
  replay: JSON.stringify(replay),
});

export const replayDeletion = (id: string) => ({ DeleteRequest: { Key: itemKey(id, "replay") } });

export * as SendingState from "./sending-state.ts";
