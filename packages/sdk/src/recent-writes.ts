/**
 * Keeps the values of `X-Read-After` that answers to writes have. Sent back, they let lists show these writes at once, whichever process of the
 * API answers.
 */

/** The API has every change in all lists by then. */
const MAX_AGE_MS = 5 * 60_000;
/** Gateways limit the headers of a request. */
const MAX_CHARACTERS = 4000;

interface NotedValue {
  readonly value: string;
  readonly at: number;
}

export class RecentWrites {
  #values: NotedValue[] = [];

  note(headers: Headers): void {
    const value = headers.get("x-read-after");
    if (value !== null) this.#values.push({ value, at: Date.now() });
  }

  /** Returns the header of the next request: the newest values, as many as fit. */
  get header(): { "x-read-after"?: string } {
    const oldest = Date.now() - MAX_AGE_MS;
    const kept: NotedValue[] = [];
    let characters = 0;
    for (const write of this.#values.toReversed()) {
      characters += write.value.length + 1;
      if (write.at < oldest || characters > MAX_CHARACTERS) break;
      kept.unshift(write);
    }
    this.#values = kept;
    return kept.length === 0 ? {} : { "x-read-after": kept.map(({ value }) => value).join(",") };
  }
}
