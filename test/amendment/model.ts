/**
 * What becomes of a contract and its amendments, said slowly: day by day, and each figure looked for anew. Written from docs/amendments.md and
 * docs/renewals.md alone, and not from the code that it is compared with. Terms here are of whole months, from the first of one to the last of another.
 */

export type Figure = "contract_value" | "monthly_fee" | "payment_terms" | "end_date" | "term_start_date";
type Said = Partial<Record<Figure, string>>;

export interface Drawn {
  number: number;
  type: "VALUE" | "PRICING" | "TERM";
  day: string;
  /** What was asked for; `more` is added to the value. */
  asked: Said & { more?: number };
  before: Said;
  after: Said;
  status: string;
  /** Whether the customer has to approve it apart. */
  byCustomer: boolean;
}

interface Change {
  day: string;
  /** A new term goes before the amendments of its day. */
  rank: number;
  set: Said;
}

export const plus = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** The last day of the month so many months after that of a day. */
export const lastOf = (day: string, months: number): string => {
  const [year = 0, month = 0] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month + months, 0)).toISOString().slice(0, 10);
};

const monthsIn = (start: string, end: string): number => {
  const [from, to] = [start, end].map((day) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)));
  return Number(to) - Number(from) + 1;
};

const cents = (amount: string): number => Math.round(Number(amount) * 100);
const money = (amount: number): string => (amount / 100).toFixed(2);

export class Model {
  today: string;
  status = "ACTIVE";
  termination: string | null = null;
  readonly amendments: Drawn[] = [];
  readonly #first: Said;
  readonly renews: boolean;
  readonly #uplift: number;
  #changes: Change[] = [];

  constructor(first: Record<Figure, string>, today: string, renews: boolean, uplift: number) {
    this.#first = first;
    this.today = today;
    this.renews = renews;
    this.#uplift = uplift;
  }

  get isOver(): boolean {
    return this.status !== "ACTIVE";
  }

  get changes(): number {
    return this.#changes.length;
  }

  /** What a figure is after all changes that `counts` takes. */
  #after(figure: Figure, all: readonly Change[], counts: (change: Change) => boolean = () => true): string {
    let said = String(this.#first[figure]);
    let last: Change | undefined;
    for (const change of all) {
      const to = change.set[figure];
      if (to === undefined || !counts(change)) continue;
      if (last && (change.day < last.day || (change.day === last.day && change.rank < last.rank))) continue;
      [said, last] = [to, change];
    }
    return said;
  }

  /** On a day, or now. */
  on(figure: Figure, day = "9999-12-31"): string {
    return this.#after(figure, this.#changes, (change) => change.day <= day);
  }

  #place(figure: Figure, { day, number }: Drawn): string {
    const agreed = this.amendments.filter(({ status }) => status === "SIGNED");
    const all = [...this.#changes, ...agreed.map(changeOf)];
    return this.#after(figure, all, (change) => change.day < day || (change.day === day && change.rank < number));
  }

  /** What it changes, by what holds at its place. */
  draw(amendment: Drawn): void {
    const { more, ...asked } = amendment.asked;
    amendment.after = asked;
    if (more !== undefined) amendment.after.contract_value = money(cents(this.#place("contract_value", amendment)) + more);
    amendment.before = {};
    for (const figure of Object.keys(amendment.after) as Figure[]) amendment.before[figure] = this.#place(figure, amendment);
  }

  isFresh(amendment: Drawn): boolean {
    const set = Object.keys(amendment.before) as Figure[];
    return set.every((figure) => this.#place(figure, amendment) === amendment.before[figure]);
  }

  /** A day on which it may take effect. */
  mayBegin(day: string): boolean {
    return this.renews || day <= this.on("end_date");
  }

  /** Both have signed. */
  bind(amendment: Drawn): void {
    amendment.status = "SIGNED";
    if (amendment.day <= this.today) this.#effect(amendment);
  }

  #effect(amendment: Drawn): void {
    amendment.status = "EFFECTIVE";
    this.#changes.push(changeOf(amendment));
  }

  /** The days go by, each with what comes on it. */
  until(day: string): void {
    while (this.today < day) {
      this.today = plus(this.today, 1);
      if (this.isOver) continue;
      const isAfterTerm = plus(this.on("end_date"), 1) === this.today;
      if (this.termination === this.today) this.end("TERMINATED");
      else if (isAfterTerm && this.renews) this.#renew();
      else if (isAfterTerm) this.end("EXPIRED");
      for (const each of this.amendments)
        if (each.status === "SIGNED" && each.day === this.today && !this.isOver) this.#effect(each);
    }
  }

  #renew(): void {
    const [start, end] = [this.on("term_start_date"), this.on("end_date")];
    const raised = (amount: string): string => money(cents(amount) + Math.round((cents(amount) * this.#uplift) / 100));
    const set: Said = { term_start_date: this.today, end_date: lastOf(this.today, monthsIn(start, end) - 1) };
    set.contract_value = raised(this.on("contract_value"));
    set.monthly_fee = raised(this.on("monthly_fee"));
    this.#changes.push({ day: this.today, rank: 0, set });
  }

  end(status: "TERMINATED" | "EXPIRED"): void {
    this.status = status;
    for (const each of this.amendments)
      if (!["EFFECTIVE", "REJECTED", "WITHDRAWN", "VOID"].includes(each.status)) each.status = "VOID";
  }
}

const changeOf = ({ day, number: rank, after: set }: Drawn): Change => ({ day, rank, set });
