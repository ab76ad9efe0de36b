import type { Owners } from "../../kernel/context.ts";
import type { DayRange } from "../../kernel/period.ts";
import { latestCountInstant } from "../../sales/figures/owner-counters.ts";
import { type Cell, cellRange, parseCells, Tally } from "../../service/survey/satisfaction.rules.ts";
import { emptyTotals, scopeRange, sumTotalsBetween } from "../../service/ticket/agent-counters.rules.ts";
import { isEnded, ticketStatuses } from "../../service/ticket/status.rules.ts";
import { TICKET, TICKET_SURVEY } from "../../service/ticket/ticket.kind.ts";
import { Counter } from "../../storage/read/counter.ts";
import type { Item } from "../../storage/table/item.ts";
import type { Part } from "./sales-data.ts";

/**
 * What the figures of service are computed from: the counters of tickets by agent, and of surveys. A ticket belongs to the agent to whom it is
 * assigned. A result belongs to the agent of that time. No record is read.
 */

interface Contents {
  owners: Owners;
  range: DayRange;
  /** Tickets by status, for each agent; for `*` of all agents together. */
  tickets: ReadonlyMap<string, Item>;
  handled: readonly Item[];
  answers: readonly Cell[];
  as_of: string | null;
}

export class ServiceData {
  readonly #contents: Contents;

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  /** Reads two queries, and a batch of the counters of agents. */
  static async load(owners: Owners, range: DayRange): Promise<ServiceData> {
    const [first, last] = [range.from.slice(0, 7), range.to.slice(0, 7)];
    const scopes = Counter.ownerScopes(owners);
    const [tickets, handled, surveys] = await Promise.all([
      Counter.readConsistent(TICKET.name, scopes),
      Counter.readRange(TICKET.name, ...scopeRange(first, last)),
      Counter.readRange(TICKET_SURVEY.name, ...cellRange("agent", first, last)),
    ]);
    const isSeen = (agent: string): boolean => owners === "all" || owners.has(agent);
    return new ServiceData({
      owners,
      range,
      tickets: new Map(tickets.map((item) => [String(item.sk), item])),
      handled: handled.filter(({ sk }) => isSeen(String(sk).split("@")[2] ?? "")),
      answers: surveys.flatMap(parseCells).filter(({ agent }) => isSeen(agent)),
      as_of: latestCountInstant([...tickets, ...handled, ...surveys]),
    });
  }

  get as_of(): string | null {
    return this.#contents.as_of;
  }

  /** The agents with results in the period, with repetitions. */
  get owners(): string[] {
    const { handled, answers } = this.#contents;
    return [...handled.map(({ sk }) => String(sk).split("@")[2] ?? ""), ...answers.map(({ agent }) => agent)];
  }

  select({ owner, range = this.#contents.range }: Part): ServiceData {
    if (owner === undefined) return new ServiceData({ ...this.#contents, range });
    const { tickets, handled, answers, as_of } = this.#contents;
    const item = tickets.get(owner);
    return new ServiceData({
      ...{ owners: new Set([owner]), range, as_of },
      tickets: new Map(item ? [[owner, item]] : []),
      handled: handled.filter(({ sk }) => String(sk).split("@")[2] === owner),
      answers: answers.filter(({ agent }) => agent === owner),
    });
  }

  /** Tickets that are stored now. */
  get total(): number {
    return this.#count(Counter.LIVE);
  }

  /** Tickets that are open now. */
  get open(): number {
    return ticketStatuses
      .filter((status) => !isEnded(status))
      .reduce((sum, status) => sum + this.#count(Counter.filterCount("status", status)), 0);
  }

  #count(name: string): number {
    return [...this.#contents.tickets.values()].reduce((sum, item) => sum + Number(item[name] ?? 0), 0);
  }

  /** What agents answered and resolved in the period. Durations are elapsed minutes. */
  get handled() {
    const { handled, range } = this.#contents;
    const sum = emptyTotals();
    for (const totals of sumTotalsBetween(handled, range.from, range.to).values())
      for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += totals[name];
    return sum;
  }

  /** The answers to surveys in the period. */
  get answers(): Tally {
    const { answers, range } = this.#contents;
    return answers
      .filter(({ day }) => range.from <= day && day <= range.to)
      .reduce((sum, { tally }) => sum.join(tally), new Tally());
  }
}
