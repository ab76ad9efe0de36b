/**
 * A slow reference model of a contract and its amendments: it goes day by day and computes each figure anew. It was written from
 * docs/agreements/amendments.md and docs/agreements/renewals.md alone, not from the code under test. Terms here are whole months, from the
 * first day of one month to the last day of another.
 */

export type Figure = "contract_value" | "monthly_fee" | "payment_terms" | "end_date" | "term_start_date";
type FigureValues = Partial<Record<Figure, string>>;

export interface DraftAmendment {
  number: number;
  type: "VALUE" | "PRICING" | "TERM";
  day: string;
  /** The requested figures; `more` is added to the value. */
  requested: FigureValues & { more?: number };
  before: FigureValues;
  after: FigureValues;
  status: string;
  /** Whether the customer must approve it separately. */
  needsCustomerApproval: boolean;
}

interface Change {
  day: string;
  /** A new term comes before the amendments of the same day. */
  rank: number;
  set: FigureValues;
}

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** The last day of the month that is `months` months after the month of `day`. */
export const lastDayOfMonth = (day: string, months: number): string => {
  const [year = 0, month = 0] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month + months, 0)).toISOString().slice(0, 10);
};

const countMonths = (start: string, end: string): number => {
  const [from, to] = [start, end].map((day) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)));
  return Number(to) - Number(from) + 1;
};

const toCents = (amount: string): number => Math.round(Number(amount) * 100);
const formatCents = (amount: number): string => (amount / 100).toFixed(2);

export class ContractModel {
  today: string;
  status = "ACTIVE";
  termination: string | null = null;
  readonly amendments: DraftAmendment[] = [];
  readonly #initialFigures: FigureValues;
  readonly renews: boolean;
  readonly #uplift: number;
  #changes: Change[] = [];

  constructor(first: Record<Figure, string>, today: string, renews: boolean, uplift: number) {
    this.#initialFigures = first;
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

  /** The value of a figure after all changes that match `counts`. */
  #figureAfter(figure: Figure, all: readonly Change[], counts: (change: Change) => boolean = () => true): string {
    let value = String(this.#initialFigures[figure]);
    let last: Change | undefined;
    for (const change of all) {
      const to = change.set[figure];
      if (to === undefined || !counts(change)) continue;
      if (last && (change.day < last.day || (change.day === last.day && change.rank < last.rank))) continue;
      [value, last] = [to, change];
    }
    return value;
  }

  /** The value of a figure on a day; by default after all changes. */
  figureOn(figure: Figure, day = "9999-12-31"): string {
    return this.#figureAfter(figure, this.#changes, (change) => change.day <= day);
  }

  #figureAtPlace(figure: Figure, { day, number }: DraftAmendment): string {
    const agreed = this.amendments.filter(({ status }) => status === "SIGNED");
    const all = [...this.#changes, ...agreed.map(toChange)];
    return this.#figureAfter(figure, all, (change) => change.day < day || (change.day === day && change.rank < number));
  }

  /** Computes what the amendment changes from the figures at its position. */
  redraft(amendment: DraftAmendment): void {
    const { more, ...fields } = amendment.requested;
    amendment.after = fields;
    if (more !== undefined)
      amendment.after.contract_value = formatCents(toCents(this.#figureAtPlace("contract_value", amendment)) + more);
    amendment.before = {};
    for (const figure of Object.keys(amendment.after) as Figure[])
      amendment.before[figure] = this.#figureAtPlace(figure, amendment);
  }

  isFresh(amendment: DraftAmendment): boolean {
    const set = Object.keys(amendment.before) as Figure[];
    return set.every((figure) => this.#figureAtPlace(figure, amendment) === amendment.before[figure]);
  }

  /** Whether an amendment may take effect on that day. */
  mayBegin(day: string): boolean {
    return this.renews || day <= this.figureOn("end_date");
  }

  /** Records that both sides have signed. */
  markSigned(amendment: DraftAmendment): void {
    amendment.status = "SIGNED";
    if (amendment.day <= this.today) this.#takeEffect(amendment);
  }

  #takeEffect(amendment: DraftAmendment): void {
    amendment.status = "EFFECTIVE";
    this.#changes.push(toChange(amendment));
  }

  /** Advances day by day and applies what is due on each day. */
  advanceTo(day: string): void {
    while (this.today < day) {
      this.today = addDays(this.today, 1);
      if (this.isOver) continue;
      const isAfterTerm = addDays(this.figureOn("end_date"), 1) === this.today;
      if (this.termination === this.today) this.endContract("TERMINATED");
      else if (isAfterTerm && this.renews) this.#renew();
      else if (isAfterTerm) this.endContract("EXPIRED");
      for (const amendment of this.amendments)
        if (amendment.status === "SIGNED" && amendment.day === this.today && !this.isOver) this.#takeEffect(amendment);
    }
  }

  #renew(): void {
    const [start, end] = [this.figureOn("term_start_date"), this.figureOn("end_date")];
    const raiseAmount = (amount: string): string =>
      formatCents(toCents(amount) + Math.round((toCents(amount) * this.#uplift) / 100));
    const set: FigureValues = { term_start_date: this.today, end_date: lastDayOfMonth(this.today, countMonths(start, end) - 1) };
    set.contract_value = raiseAmount(this.figureOn("contract_value"));
    set.monthly_fee = raiseAmount(this.figureOn("monthly_fee"));
    this.#changes.push({ day: this.today, rank: 0, set });
  }

  endContract(status: "TERMINATED" | "EXPIRED"): void {
    this.status = status;
    for (const amendment of this.amendments)
      if (!["EFFECTIVE", "REJECTED", "WITHDRAWN", "VOID"].includes(amendment.status)) amendment.status = "VOID";
  }
}

const toChange = ({ day, number: rank, after: set }: DraftAmendment): Change => ({ day, rank, set });
