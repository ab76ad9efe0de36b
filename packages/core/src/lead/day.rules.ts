import { NONE } from "../storage/table/collection.ts";

/** How many leads were made and converted on a day, by owner. Pure. */

export interface LeadNumbers {
  created: number;
  converted: number;
}

export const nothing: LeadNumbers = { created: 0, converted: 0 };

const plus = (one: LeadNumbers, other: LeadNumbers): LeadNumbers => ({
  created: one.created + other.created,
  converted: one.converted + other.converted,
});

export const summed = (all: Iterable<LeadNumbers>): LeadNumbers => [...all].reduce(plus, nothing);

/** One day. */
export class LeadDay {
  readonly #owners = new Map<string, LeadNumbers>();

  add(owner: string | null, what: keyof LeadNumbers): void {
    const numbers = this.#owners.get(owner ?? NONE) ?? nothing;
    this.#owners.set(owner ?? NONE, { ...numbers, [what]: numbers[what] + 1 });
  }

  get owners(): string[] {
    return [...this.#owners.keys()].sort();
  }

  /** As it is stored: of one owner, or of all together. */
  text(owner?: string): string {
    return JSON.stringify(owner === undefined ? summed(this.#owners.values()) : (this.#owners.get(owner) ?? nothing));
  }
}

export const numbersIn = (text: string): LeadNumbers => JSON.parse(text) as LeadNumbers;
