import type { ApiResponse } from "./call.ts";
import type { PageMeta } from "./generated/schemas.ts";

export interface Page<T> {
  readonly data: readonly T[];
  readonly meta: PageMeta;
}

type Parameters = Readonly<Record<string, unknown>>;

/** The maximum of the API, because a whole list then takes the fewest requests. */
const PAGE_SIZE = 100;

/**
 * A list that no request has read yet. `for await` reads all records page by page, `page()` reads one page, and `pages()` reads
 * page after page.
 */
export class List<T> implements AsyncIterable<T> {
  readonly #load: (parameters: Parameters) => Promise<ApiResponse<readonly T[]>>;
  readonly #parameters: Parameters;

  constructor(load: (parameters: Parameters) => Promise<ApiResponse<readonly T[]>>, parameters: object = {}) {
    this.#load = load;
    this.#parameters = { ...parameters };
  }

  /** Reads the page that `page` or `cursor` names, or the first one. */
  async page(): Promise<Page<T>> {
    return this.#loadPage(this.#parameters);
  }

  async *pages(): AsyncGenerator<Page<T>, void, undefined> {
    let parameters: Parameters | undefined = { limit: PAGE_SIZE, ...this.#parameters };
    while (parameters) {
      const page: Page<T> = await this.#loadPage(parameters);
      yield page;
      parameters = findNextPage(parameters, page);
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const { data } of this.pages()) yield* data;
  }

  /** Reads the records into an array, `max` at most. */
  async toArray(max: number): Promise<T[]> {
    const records: T[] = [];
    if (max <= 0) return records;
    for await (const record of this) if (records.push(record) >= max) break;
    return records;
  }

  async #loadPage(parameters: Parameters): Promise<Page<T>> {
    const { data, meta } = await this.#load(parameters);
    return { data, meta: meta as unknown as PageMeta };
  }
}

/** The feed of events takes the position of its last event in place of a cursor. */
function findNextPage({ page: _page, ...parameters }: Parameters, { meta }: Page<unknown>): Parameters | undefined {
  if (!meta.next_cursor) return undefined;
  return { ...parameters, ...(meta.after ? { after: meta.after } : { cursor: meta.next_cursor }) };
}
