import { NONE } from "../../storage/table/collection.ts";

/** Numbers of leads created and converted on a day, by owner. Pure. */

interface LeadNumbers {
  created: number;
  converted: number;
}

const ZERO_NUMBERS: LeadNumbers = { created: 0, converted: 0 };

const addNumbers = (a: LeadNumbers, b: LeadNumbers): LeadNumbers => ({
  created: a.created + b.created,
  converted: a.converted + b.converted,
});

export const sumNumbers = (all: Iterable<LeadNumbers>): LeadNumbers => [...all].reduce(addNumbers, ZERO_NUMBERS);

/** The numbers of one day. */
export class LeadDay {
  readonly #owners = new Map<string, LeadNumbers>();

  add(owner: string | null, measure: keyof LeadNumbers): void {
    const numbers = this.#owners.get(owner ?? NONE) ?? ZERO_NUMBERS;
    this.#owners.set(owner ?? NONE, { ...numbers, [measure]: numbers[measure] + 1 });
  }

  get owners(): string[] {
    return [...this.#owners.keys()].sort();
  }

  /** Returns the stored form of one owner's numbers, or of all owners' together. */
  text(owner?: string): string {
    return JSON.stringify(owner === undefined ? sumNumbers(this.#owners.values()) : (this.#owners.get(owner) ?? ZERO_NUMBERS));
  }
}

export const parseNumbers = (text: string): LeadNumbers => JSON.parse(text) as LeadNumbers;
