import { mkdirSync, writeFileSync } from "node:fs";
import { operations } from "@crm/functions/api/index.ts";
import { pathParameterNames } from "@crm/functions/http/operation.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { newLead, signUp, startTestApp } from "../test/support/app.ts";
import { describeViolation, findViolations, startBrowser } from "./browser.ts";

/**
 * `npm run docs:browser`: opens the docs page in a real browser as a new user would. Measures how soon it is usable at 10 Mbit a second, signs in
 * with its dialog, presses Execute of every list and of every possible POST with unchanged examples, and saves a picture of the page.
 */
const MEGABITS = 10;
/** POSTs that are not executed, by name, with the reason. */
const SKIPPED_POSTS: readonly (readonly [RegExp, string])[] = [
  [/^(logout|changePassword)$/, "it ends the session"],
  [/^(confirmMySecondFactor|renewMyRecoveryCodes|switchOffMySecondFactor)$/, "it needs a code of an authenticator app"],
  [/^restore/, "nothing has been deleted"],
  [/^(cancel|revert)/, "no import or export is under way"],
  [/^(publish|try|rollBack)/, "the rule has one version"],
  [/^verifyAddress$/, "the person has no address yet"],
  [
    /^(readNotification|unreadNotification|dismissDuplicate|unmergePersons|grantPersonSight)$/,
    "there is no notification, duplicate, merge or hidden person",
  ],
];
const skipReason = (name: string): string | undefined => SKIPPED_POSTS.find(([names]) => names.test(name))?.[1];
const PICTURE_FILE = new URL("../docs/images/docs-page.png", import.meta.url);
/** Further pictures for manual inspection. */
const EXTRA_PICTURES = new URL("../.data/docs/", import.meta.url);

/** Findings of axe that Swagger UI causes and that we cannot fix from outside. */
const UPSTREAM_VIOLATIONS: Readonly<Record<string, string>> = {
  "button-name": "the close button of the dialog has no name",
  "color-contrast": "the colours of methods and buttons",
  "heading-order": "headings of tags are two levels below the title",
  "nested-interactive": "the header of an operation is a button that contains buttons",
  region: "some parts are outside of landmarks",
  "select-name": "the list of servers has no name",
};

const PORT = 3987;

const app = await startTestApp();
const server = await startServer(app, PORT);
const tenant = await signUp(app);
for (let n = 0; n < 3; n++) await tenant.admin.createLead(newLead());
await app.settle();

const startedBrowser = await startBrowser({ width: 1280, height: 900 });
if (!startedBrowser) {
  console.log("No browser (chromium) is installed, so nothing was checked");
  await server.close();
  await app.stop();
  process.exit(0);
}
const browser = startedBrowser;
let [passedCount, failed] = [0, 0];
const reportCheck = (title: string, isSo: boolean): void => {
  if (isSo) passedCount++;
  else failed++;
  console.log(`${isSo ? "✓" : "✗"} ${title}`);
};

const quote = (text: string): string => JSON.stringify(text);
/** Builds an expression that types into a React input and fires its input event. */
const typeExpression = (selector: string, value: string): string =>
  `(() => { const box = document.querySelector(${quote(selector)}); const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set; ` +
  `set.call(box, ${quote(value)}); box.dispatchEvent(new Event("input", { bubbles: true })); return true; })()`;
const click = (selector: string): Promise<unknown> => browser.evaluate(`document.querySelector(${quote(selector)}).click()`);

/** Checks that axe finds only known upstream findings on the page. */
async function checkAccessibility(pageName: string): Promise<void> {
  const violations = await findViolations(browser);
  const newViolations = violations.filter(({ id }) => !(id in UPSTREAM_VIOLATIONS));
  const summary = newViolations.map(describeViolation).join(", ");
  reportCheck(`axe finds nothing on ${pageName}${summary && `, except ${summary}`}`, newViolations.length === 0);
}

try {
  await browser.open(`${server.url}/`);
  await browser.waitFor(`document.querySelector("h1") !== null`);
  await checkAccessibility("/");
  await browser.throttle((MEGABITS * 1_000_000) / 8);
  const startTime = performance.now();
  await browser.open(`${server.url}/api/v1/docs`);
  await browser.waitFor(`document.querySelectorAll(".opblock").length > 5`);
  const seconds = (performance.now() - startTime) / 1000;
  reportCheck(`is usable after ${seconds.toFixed(1)} s at ${MEGABITS} Mbit/s (at most 3 s)`, seconds <= 3);

  await checkAccessibility("the docs page");
  await click(".btn.authorize");
  await browser.waitFor(`document.querySelector("#oauth_username") !== null`);
  await checkAccessibility("the sign-in dialog");
  mkdirSync(EXTRA_PICTURES, { recursive: true });
  writeFileSync(new URL("sign-in.png", EXTRA_PICTURES), await browser.takeScreenshot());
  await browser.evaluate(typeExpression("#oauth_username", tenant.email));
  await browser.evaluate(typeExpression("#oauth_password", tenant.password));
  await browser.evaluate(
    `document.querySelector("#oauth_username").closest(".auth-container").querySelector(".btn.authorize").click()`,
  );
  await browser.waitFor(
    `[...document.querySelectorAll(".auth-container h6, .auth-container .wrapper")].length > 0 && document.querySelector(".auth-btn-wrapper .btn-done") !== null && document.body.innerText.includes("Logout")`,
  );
  reportCheck("signs in with the dialog", true);
  await click(".btn-done");

  await browser.resize(1280, 40_000);
  await browser.waitFor(`document.querySelectorAll(".opblock").length > 200`);
  const lists = operations.filter(
    ({ kind, method, path, access }) =>
      kind === "list" && method === "GET" && access !== "public" && pathParameterNames(path).length === 0,
  );
  const posts = operations.filter(
    ({ method, access, takesFile, kind }) => method === "POST" && access !== "public" && !takesFile && kind !== "page",
  );
  const [skippedPosts, sent] = [posts.filter(({ name }) => skipReason(name)), posts.filter(({ name }) => !skipReason(name))];
  // Create operations come first, because others refer to their records, and the lead is converted last.
  const rankOperation = ({ name }: (typeof sent)[number]): number =>
    name.startsWith("create") ? 0 : name === "convertLead" ? 2 : 1;
  for (const operation of [...lists, ...sent.sort((a, b) => rankOperation(a) - rankOperation(b))]) {
    const block = `[id$="-${operation.name}"].opblock`;
    await browser.evaluate(`document.querySelector(${quote(block)} + "").querySelector(".opblock-summary-control").click()`);
    await browser.waitFor(`document.querySelector(${quote(`${block} .btn.execute`)}) !== null`);
    await click(`${block} .btn.execute`);
    const status = `${block} .live-responses-table .response-col_status`;
    const isAnswered = `document.querySelector(${quote(status)}) !== null`;
    await browser.waitFor(
      `${isAnswered} || document.querySelector(${quote(`${block} .invalid, ${block} .validation-errors`)}) !== null`,
    );
    if (!(await browser.evaluate<boolean>(isAnswered))) {
      const parametersText = await browser.evaluate<string>(
        `document.querySelector(${quote(`${block} .parameters-container`)})?.innerText.slice(0, 400)`,
      );
      reportCheck(`${operation.method} ${operation.path}: not sent, ${parametersText}`, false);
      continue;
    }
    const statusText = await browser.evaluate<string>(
      `document.querySelectorAll(${quote(status)})[1]?.innerText ?? document.querySelector(${quote(status)}).innerText`,
    );
    const isDone = /^20\d/.test(statusText.trim());
    const responseText = isDone
      ? ""
      : await browser.evaluate<string>(
          `document.querySelector(${quote(`${block} .live-responses-table`)}).innerText.slice(0, 600)`,
        );
    reportCheck(`${operation.method} ${operation.path}: ${statusText.trim()} ${responseText}`.trim(), isDone);
    if (operation.name === "listLeads") writeFileSync(new URL("list.png", EXTRA_PICTURES), await browser.takeScreenshot());
    await browser.evaluate(`document.querySelector(${quote(block)} + "").querySelector(".opblock-summary-control").click()`);
  }
  for (const { name, path } of skippedPosts) console.log(`- POST ${path} is skipped: ${skipReason(name)}`);
  await browser.resize(1280, 900);
  await browser.evaluate("window.scrollTo(0, 0)");
  writeFileSync(PICTURE_FILE, await browser.takeScreenshot());
} finally {
  await browser.close();
  await server.close();
  await app.stop();
}
console.log(`${passedCount} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
