import { startServer } from "@crm/local/server/http-server.ts";
import { type Browser, startBrowser } from "../scripts/browser.ts";
import { driveConsole } from "../test/console/console-driver.ts";
import { signUp, startTestApp } from "../test/support/app.ts";
import { formatTable, type Section } from "./stats.ts";

/** Dragging on a board with five full columns, and in a week with many events, watched for tasks that block the page. */
export interface DragOptions {
  /** Cards of each of the five columns. */
  cards: number;
  /** Events of the week. */
  events: number;
}

const MAX_TASK_MS = 50;
const BATCH_SIZE = 100;
/** Moves of the pointer during one drag. */
const MOVES = 60;
const SCROLL_PIXELS = 600;
const STAGES = ["prospecting", "qualification", "needs_analysis", "proposal", "negotiation"];

interface Watched {
  name: string;
  tasks: number[];
  moves: number;
}

export async function benchDrags({ cards, events }: DragOptions): Promise<Section[]> {
  const app = await startTestApp();
  const tenant = await signUp(app);
  const { admin } = tenant;
  const { data: customer } = await admin.createCustomer({ name: "Lagoon Charter" });
  const inBatches = async (count: number, build: (index: number) => object, create: (items: object[]) => Promise<unknown>) => {
    for (let first = 0; first < count; first += BATCH_SIZE)
      await create(Array.from({ length: Math.min(BATCH_SIZE, count - first) }, (_, offset) => build(first + offset)));
  };
  await inBatches(
    cards * STAGES.length,
    (n) => ({
      ...{ name: `Fleet ${n}`, customer_id: customer.id, amount: "1200.00", currency: "EUR", close_date: "2027-06-30" },
      stage_id: STAGES[n % STAGES.length],
    }),
    (items) => admin.batchOpportunities({ operation: "create", items }),
  );
  const sunday = findSunday(new Date());
  await inBatches(
    events,
    (n) => {
      // Quarters of hours from 7 to 19 on seven days.
      const start = sunday + (n % 7) * 86_400_000 + (7 * 60 + (Math.floor(n / 7) % 48) * 15) * 60_000;
      const [start_datetime, end_datetime] = [start, start + 30 * 60_000].map((at) => new Date(at).toISOString());
      return { subject: `Call ${n}`, activity_type_id: "meeting", start_datetime, end_datetime, assigned_to_id: tenant.userId };
    },
    (items) => admin.batchActivities({ operation: "create", items }),
  );
  await app.settle();
  const server = await startServer(app, 0);
  const browser = await startBrowser({ width: 1600, height: 900 });
  if (!browser) throw new Error("Install Chromium to measure dragging");
  try {
    const driver = await driveConsole(browser, server.url);
    await driver.setScreen({ width: 1600 });
    await driver.signIn(tenant);
    await driver.open("/crm/opportunities/pipeline");
    const board = await watchDrag(browser, `Card over a board of ${STAGES.length} × ${cards}`, dragCard);
    const focus = await watchDrag(browser, `Tab to the handle of a card of ${STAGES.length} × ${cards}`, focusCard);
    const byKeys = await watchDrag(browser, `Card by keyboard over a board of ${STAGES.length} × ${cards}`, dragCardByKeys);
    const day = new Date(sunday).toISOString().slice(0, 10);
    const watched = [board, focus, byKeys];
    for (const span of ["week", "month"] as const) {
      await driver.open(`/crm/activities/calendar?span=${span}&day=${day}`);
      await browser.waitFor("document.querySelector('[data-entry]') !== null");
      watched.push(await watchDrag(browser, `Event in a ${span} of ${events}`, dragEvent));
      await driver.see("was moved to");
    }
    await driver.open(`/crm/activities/calendar?span=week&day=${day}`);
    await browser.waitFor("document.querySelector('[data-resize]') !== null");
    watched.push(await watchDrag(browser, `End of an event in a week of ${events}`, resizeEvent));
    await driver.see("was moved to");
    watched.push(await watchDrag(browser, `Scroll of a week of ${events}`, scrollHours));
    return [buildSection(watched)];
  } finally {
    await browser.close();
    await server.close();
    await app.stop();
  }
}

/** The week of the calendar begins on Sunday, as American English has it. */
const findSunday = (now: Date): number => Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - now.getUTCDay());

/** Runs a drag, and collects the tasks of the page that last longer than 50 ms meanwhile. */
async function watchDrag(browser: Browser, name: string, drag: (browser: Browser) => Promise<number>): Promise<Watched> {
  // Loading has ended.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await browser.evaluate(`(() => {
    window.longTasks = [];
    window.taskObserver = new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => Math.round(duration))));
    window.taskObserver.observe({ type: "longtask" });
  })()`);
  const moves = await drag(browser);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const tasks = await browser.evaluate<number[]>("(window.taskObserver.disconnect(), window.longTasks)");
  return { name, tasks, moves };
}

/** Drags the first card over the columns and back, with the events that browsers send. Returns the number of moves. */
const dragCard = (browser: Browser): Promise<number> =>
  browser.evaluate<number>(`(async () => {
    const card = document.querySelector('[draggable="true"]');
    if (!card) throw new Error("There is no card");
    const dataTransfer = new DataTransfer();
    const send = (target, type, x, y) => target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, composed: true, dataTransfer, clientX: x, clientY: y }));
    const box = card.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    send(card, "dragstart", x, y);
    let last = card;
    for (let move = 0; move < ${MOVES}; move++) {
      await new Promise((done) => requestAnimationFrame(done));
      const across = x + (innerWidth - x - 40) * (move / ${MOVES});
      const target = document.elementFromPoint(across, y + (move % 20) * 10) ?? last;
      if (target !== last) { send(target, "dragenter", across, y); send(last, "dragleave", across, y); }
      send(target, "dragover", across, y + (move % 20) * 10);
      last = target;
    }
    send(card, "dragend", x, y);
    return ${MOVES};
  })()`);

const FOCUS = "document.activeElement";

/** Moves the focus into the first column, and to the handle of its first card. Returns the number of keys. */
async function focusCard(browser: Browser): Promise<number> {
  await browser.evaluate("document.querySelector('[role=grid]:has([data-card])').closest('[tabindex=\"0\"]').focus()");
  await browser.pressKey("Tab");
  await browser.waitFor(`${FOCUS}.matches("[role=row]")`);
  await browser.pressKey("ArrowRight");
  await browser.waitFor(`${FOCUS}.matches("button")`);
  return 2;
}

/** Lifts the card whose handle has the focus, moves it over the columns, and takes it back. Returns the number of steps. */
async function dragCardByKeys(browser: Browser): Promise<number> {
  await browser.pressKey("Enter");
  await browser.waitFor("document.querySelector('[aria-live=assertive]').innerText.includes('was lifted')");
  for (let press = 1; press < STAGES.length; press++) await browser.pressKey("ArrowRight");
  await browser.pressKey("Escape");
  return STAGES.length;
}

/** Drags an event over the other days and back to the next day. */
async function dragEvent(browser: Browser): Promise<number> {
  const width = await browser.evaluate<number>("innerWidth / 9 / document.querySelector('[data-entry]').offsetWidth");
  const steps = Array.from(
    { length: MOVES },
    (_, move) => [0.3 + Math.sin((move / MOVES) * Math.PI) * width * 4, 0.3 + (move % 10) / 5] as const,
  );
  await browser.drag("[data-entry]", [[0.3, 0.3], ...steps, [0.3 + width, 0.4]]);
  return MOVES;
}

/** Makes an event longer by hours, and a little shorter again. */
async function resizeEvent(browser: Browser): Promise<number> {
  const steps = Array.from({ length: MOVES }, (_, move) => [0.5, 0.5 + Math.sin((move / MOVES) * Math.PI) * 30] as const);
  await browser.drag("[data-resize]", [[0.5, 0.5], ...steps, [0.5, 8]]);
  return MOVES;
}

/** Scrolls through the hours with the wheel. */
async function scrollHours(browser: Browser): Promise<number> {
  await browser.scroll("[data-entry]", SCROLL_PIXELS, SCROLL_PIXELS);
  return 1;
}

function buildSection(watched: readonly Watched[]): Section {
  const rows = watched.map(({ name, moves, tasks }) => [name, moves, tasks.length, `${Math.max(0, ...tasks)} ms`]);
  return {
    title: "Dragging in the console",
    text: formatTable(["drag", "moves", "tasks over 50 ms", "longest"], rows),
    missed: watched
      .filter(({ tasks }) => tasks.some((task) => task > MAX_TASK_MS))
      .map(({ name, tasks }) => `${name}: a task of ${Math.max(...tasks)} ms, at most ${MAX_TASK_MS}`),
  };
}
