import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

/** The outcome of one action of a kind. */
export interface ActionResult {
  readonly kind: string;
  readonly action: string;
  /** `done`, `done on the page of …`, `left out: …` with the reason, or `fails: …`. */
  readonly result: string;
}

export const SUCCEEDED = "done";
const LEFT_OUT = "left out: ";
/** An action of two kinds is carried out on the page of one of them. */
const DONE_ELSEWHERE = "done on the page of ";
export const formatException = (reason: string): string => (reason.startsWith(DONE_ELSEWHERE) ? reason : `${LEFT_OUT}${reason}`);
export const formatFault = (message: string): string => `fails: ${message.replaceAll("|", "/").replaceAll(/\s+/g, " ")}`;

/** Processes side by side write each result as a file, until the page is written. */
export const RESULTS_FOLDER = new URL("../../../.data/actions/results/", import.meta.url);
export const ACTIONS_PAGE = new URL("../../../docs/console/actions.md", import.meta.url);

export function storeResult(result: ActionResult): void {
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  writeFileSync(new URL(`${result.kind}-${result.action}.json`, RESULTS_FOLDER), JSON.stringify(result));
}

const sortKey = ({ kind, action }: ActionResult): string => `${kind} ${action}`;

export const readResults = (): ActionResult[] =>
  readdirSync(RESULTS_FOLDER).map((file) => JSON.parse(readFileSync(new URL(file, RESULTS_FOLDER), "utf8")) as ActionResult);

/** Returns the results of the page with those of a later run in their place. */
export const joinResults = (known: readonly ActionResult[], later: readonly ActionResult[]): ActionResult[] =>
  [...new Map([...known, ...later].map((result) => [sortKey(result), result])).values()].toSorted((one, other) =>
    sortKey(one) < sortKey(other) ? -1 : 1,
  );

/** Reads the rows of the page. */
export const readActionsPage = (): ActionResult[] =>
  readFileSync(ACTIONS_PAGE, "utf8")
    .split("\n")
    .flatMap((row) => {
      const [, kind, action, result] = /^\| `(\w+)` \| `(\w+)` \| (.*) \|$/.exec(row) ?? [];
      return kind && action && result ? [{ kind, action, result }] : [];
    });

export function formatActionsPage(results: readonly ActionResult[]): string {
  const done = results.filter(({ result }) => result === SUCCEEDED).length;
  const elsewhere = results.filter(({ result }) => result.startsWith(DONE_ELSEWHERE)).length;
  const leftOut = results.filter(({ result }) => result.startsWith(LEFT_OUT)).length;
  return [
    "# Actions of records in the console",
    "",
    "This page is for engineers who add an action. It lists all actions of all kinds of records. `npm run console-actions` opens the page of a record in a",
    "browser, opens the dialog of the action, fills what it requires, confirms, and checks the answer of the server and what the page tells. It writes",
    "this page. `test/console/actions/actions.test.ts` does the same with a sample.",
    "",
    "- **done**: its dialog, or the page that has it, carried it out, and the page told what happened.",
    "- **done on the page of …**: another kind has the same action, and its row says how it went.",
    "- **left out**: the browser does not carry it out, for the reason that `action-exceptions.ts` names.",
    "",
    `${done} of ${results.length} actions are done, ${elsewhere} on the page of another kind alone, and ${leftOut} are left out.`,
    "",
    "| kind | action | result |",
    "| --- | --- | --- |",
    ...results.map(({ kind, action, result }) => `| \`${kind}\` | \`${action}\` | ${result} |`),
    "",
  ].join("\n");
}
