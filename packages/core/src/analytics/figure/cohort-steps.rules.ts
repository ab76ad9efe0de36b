import type { DayRange } from "../../kernel/period.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { MAX_MONTHS_AFTER } from "../../platform/daily-figures/cohort.rules.ts";
import { divide } from "./rounding.rules.ts";

/** What became of the leads of a month: qualified, converted, with opportunities, won (docs/analytics/figures.md). Pure. */

/** Extends a period to whole months. */
export function toWholeMonths({ from, to }: DayRange): DayRange {
  const days = [28, 29, 30, 31].map((day) => addDays(`${to.slice(0, 7)}-01`, day - 1));
  const last = days.findLast((day) => day.startsWith(to.slice(0, 7))) ?? to;
  return { from: `${from.slice(0, 7)}-01`, to: last };
}

export const steps = ["qualified", "converted", "opportunities", "won"] as const;
type Step = (typeof steps)[number];

/** Leads, or their opportunities, that took a step in a month after the creation of the lead. */
interface StepCount {
  step: Step;
  after: number;
  count: number;
}

/** The leads that were created in a month, or in several. */
export class Cohort {
  leads = 0;
  readonly #counts = new Map<string, number>();

  addLeads(count: number): void {
    this.leads += count;
  }

  add({ step, after, count }: StepCount): void {
    const key = `${step} ${after}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  join(cohort: Cohort): this {
    this.addLeads(cohort.leads);
    for (const [key, count] of cohort.#counts) this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
    return this;
  }

  #count(step: Step, after: number): number {
    return this.#counts.get(`${step} ${after}`) ?? 0;
  }

  #present(after?: number): Record<Step, number> {
    const months = after === undefined ? Array.from({ length: MAX_MONTHS_AFTER + 1 }, (_, index) => index) : [after];
    const sum = (step: Step): number => months.reduce((total, month) => total + this.#count(step, month), 0);
    return { qualified: sum("qualified"), converted: sum("converted"), opportunities: sum("opportunities"), won: sum("won") };
  }

  /** Returns the numbers of a row, with rates in percent of the leads, to two decimals; null without leads. */
  present() {
    const totals = this.#present();
    return {
      leads: this.leads,
      ...totals,
      qualification_rate: divide(totals.qualified, this.leads, { factor: 100 }),
      conversion_rate: divide(totals.converted, this.leads, { factor: 100 }),
      win_rate: divide(totals.won, this.leads, { factor: 100 }),
    };
  }

  /** Returns the numbers by month after creation, the first with 0, up to the last with a number. */
  presentMonths() {
    const months = Array.from({ length: MAX_MONTHS_AFTER + 1 }, (_, after) => ({ after, ...this.#present(after) }));
    const last = months.findLastIndex((month) => steps.some((step) => month[step] !== 0));
    return months.slice(0, last + 1);
  }
}
