import type { Browser } from "../../scripts/browser.ts";
import { listFrameFiles } from "./build.ts";

/** What a page has loaded since its document was opened. */
export interface PageCost {
  /** Calls of the API that the page needed, without those that are repeated while a page is open. */
  readonly requests: readonly string[];
  /** Bytes of JSON. */
  readonly json: number;
  /** Compressed bytes of the scripts that not every page loads. */
  readonly script: number;
}

/** The session, one batch with what every page needs and the schema, and the records of the page. */
const MAX_REQUESTS = 3;
const MAX_JSON_BYTES = 160_000;
const MAX_SCRIPT_BYTES = 160_000;

/** What others do is asked for again and again, and a visit is noted afterwards. */
const REPEATED = "/events|/presence|/me/recent$";

export const readPageCost = (browser: Browser): Promise<PageCost> =>
  browser.evaluate<PageCost>(`(() => {
    const loaded = performance.getEntriesByType("resource");
    const calls = loaded.filter(({ name }) => name.includes("/api/") && !new RegExp(${JSON.stringify(REPEATED)}).test(name));
    const frame = new Set(${JSON.stringify(listFrameFiles())});
    const scripts = loaded.filter(({ name }) => name.endsWith(".js") && !frame.has(name.split("/crm/")[1]));
    return {
      requests: calls.map(({ name }) => name.slice(location.origin.length)),
      json: calls.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0),
      script: scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    };
  })()`);

/** Returns one sentence for each bound of docs/console/README.md that a page exceeds. */
export const findExcess = ({ requests, json, script }: PageCost): string[] =>
  [
    requests.length > MAX_REQUESTS && `sends ${requests.length} requests: ${requests.join(", ")}`,
    json > MAX_JSON_BYTES && `reads ${json} bytes of JSON`,
    script > MAX_SCRIPT_BYTES && `loads ${script} bytes of scripts`,
  ].filter((excess) => excess !== false);
