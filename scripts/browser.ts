import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A headless browser, driven by the DevTools protocol, as far as tests and pictures of our pages need it. */
export interface Browser {
  open(url: string): Promise<void>;
  /** Returns the value of an expression in the page; awaits a promise. */
  evaluate<T>(expression: string): Promise<T>;
  /** Returns the value of an expression in the first frame of the page, which may be of another origin. Scripts of the frame do not see it. */
  evaluateInFrame<T>(expression: string): Promise<T>;
  /** Waits until an expression is true in the page. */
  waitFor(expression: string): Promise<void>;
  /** Clicks at the position of the first element that matches, even if another element covers it. */
  click(selector: string): Promise<void>;
  /** Clicks at a point of the window. */
  clickAt(point: Point): Promise<void>;
  /** Moves the mouse to a point of the window. */
  hoverAt(point: Point): Promise<void>;
  /** Drags the mouse with its button down through points in the first element that matches, given as fractions of its width and height. */
  drag(selector: string, points: readonly (readonly [x: number, y: number])[]): Promise<void>;
  /** Replaces the text of an input. */
  type(selector: string, text: string): Promise<void>;
  /** Types a text into the focused element. */
  insertText(text: string): Promise<void>;
  /** Presses a key, by its name in KeyboardEvent, at the focused element. */
  pressKey(name: string, ...modifiers: readonly KeyModifier[]): Promise<void>;
  /** Turns the wheel over the middle of the first element that matches, by pixels a second, until it has moved by these pixels. */
  scroll(selector: string, pixels: number, speed: number): Promise<void>;
  /** Moves the mouse to the middle of the first element that matches. */
  hover(selector: string): Promise<void>;
  /** Returns a list to which errors of the console, exceptions and refusals of the content security policy are added from now on. */
  recordErrors(): Promise<readonly string[]>;
  /** Returns a list to which the method and the address of each request of the page are added from now on. */
  recordRequests(): Promise<readonly string[]>;
  /** Returns a list to which each request of the page is added from now on. It gets its status when the server answers. */
  recordAnswers(): Promise<readonly ServerAnswer[]>;
  /** Returns the addresses of what the page loads, as they are asked for from now on. What is answered, or has failed, is no longer among them. */
  recordLoading(): Promise<{ readonly addresses: () => readonly string[] }>;
  /** Takes a picture of the window: exact, or compressed. */
  takeScreenshot(format?: "png" | "webp"): Promise<Buffer>;
  /** Resizes the window. Pages may render only what is visible, so a window may be very high. */
  resize(width: number, height: number): Promise<void>;
  /** Sets the user agent and the accepted languages of later requests. */
  setUserAgent(agent: string, languages?: string): Promise<void>;
  /** Forgets all cookies, those that scripts cannot read included. */
  clearCookies(): Promise<void>;
  clearCache(): Promise<void>;
  /** Emulates a finger in place of a mouse, as on a phone. */
  setTouch(isOn: boolean): Promise<void>;
  /** Emulates the preference for a dark colour scheme. */
  setDarkMode(isOn: boolean): Promise<void>;
  /** Enables or disables scripts, for pages opened afterwards and for timers. */
  enableScripts(isOn: boolean): Promise<void>;
  /** Returns the element that has the focus as a screen reader gets it. */
  readFocus(): Promise<AccessibleNode | undefined>;
  /** Makes the processor this many times slower for the page. */
  slowDown(times: number): Promise<void>;
  /** Limits the network to this many bytes a second in each direction. */
  throttle(bytes: number): Promise<void>;
  close(): Promise<void>;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ServerAnswer {
  readonly method: string;
  readonly url: string;
  /** Undefined until the server has answered. 0: it did not answer. */
  readonly status: number | undefined;
}

/** What a page waits for. Beacons, for example, are sent and forgotten. */
const LOADED_TYPES = new Set(["Document", "Fetch", "Script", "Stylesheet", "XHR"]);

/** An element of the accessibility tree. */
export interface AccessibleNode {
  role: string;
  name: string;
  description: string;
  /** The names of the elements around it, from the outermost one. */
  context: readonly string[];
}

interface TreeNode {
  nodeId: string;
  parentId?: string;
  role?: { value: string };
  name?: { value: string };
  description?: { value: string };
  properties?: readonly { name: string; value: { value?: unknown } }[];
}

export type KeyModifier = "Alt" | "Control" | "Shift";

const modifierBits: Readonly<Record<KeyModifier, number>> = { Alt: 1, Control: 2, Shift: 8 };

const BROWSER_NAMES = ["chromium", "chromium-browser", "google-chrome"];
const TIMEOUT_MS = 60_000;
const WEBP_QUALITY = 45;

/** Whether a browser is installed and runs. A stub that only prints how to install one does not count. */
export const hasBrowser = (): boolean => findBrowser() !== undefined;

const findBrowser = (): string | undefined => BROWSER_NAMES.find((name) => spawnSync(name, ["--version"]).status === 0);

/** Starts a browser. Returns undefined if none is installed. */
export async function startBrowser(size: { width: number; height: number }): Promise<Browser | undefined> {
  const name = findBrowser();
  if (name === undefined) return undefined;
  const profile = mkdtempSync(join(tmpdir(), "crm-browser-"));
  const started = await launchBrowser(name, profile, size);
  if (!started) removeProfile(profile);
  return started;
}

/** Removes the folder of a browser. Its processes may still write there for a moment after its end. */
const removeProfile = (profile: string): void =>
  rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

/** A key's code, and the text that it types. */
const keyCodes: Readonly<Record<string, readonly [code: number, text?: string]>> = {
  Tab: [9],
  Enter: [13, "\r"],
  Escape: [27],
  " ": [32, " "],
  PageUp: [33],
  PageDown: [34],
  End: [35],
  Home: [36],
  ArrowLeft: [37],
  ArrowUp: [38],
  ArrowRight: [39],
  ArrowDown: [40],
  F2: [113],
  c: [67, "c"],
  k: [75, "k"],
  m: [77, "m"],
  r: [82, "r"],
  s: [83, "s"],
  t: [84, "t"],
  "/": [191, "/"],
};

const AXE_FILE = new URL("../node_modules/axe-core/axe.min.js", import.meta.url);

/** An accessibility rule that the page breaks, and the first elements that break it. */
export interface AccessibilityViolation {
  id: string;
  help: string;
  nodes: string[];
}

export const describeViolation = ({ id, help, nodes }: AccessibilityViolation): string => `${id}: ${help} (${nodes.join("; ")})`;

/** Returns axe's findings on the page, or in the first element that matches. The page must run scripts. */
export async function findViolations(browser: Browser, selector?: string): Promise<AccessibilityViolation[]> {
  const part = selector === undefined ? "document" : `document.querySelector(${JSON.stringify(selector)})`;
  if (await browser.evaluate<boolean>('typeof axe === "undefined"'))
    await browser.evaluate(`${readFileSync(AXE_FILE, "utf8")}; true`);
  return browser.evaluate<AccessibilityViolation[]>(
    `axe.run(${part}, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, help, nodes }) => ` +
      "({ id, help, nodes: nodes.slice(0, 3).map(({ target }) => target.join(' ')) })))",
  );
}

/** The environment without libfaketime (`npm run test:dates`), with which a browser does not start. The browser sees the true date. */
function environmentWithoutFaketime(): NodeJS.ProcessEnv {
  const { LD_PRELOAD, ...env } = process.env;
  return LD_PRELOAD?.includes("faketime") ? env : process.env;
}

async function launchBrowser(name: string, profile: string, { width, height }: { width: number; height: number }) {
  const sessionOptions = [
    "--headless=new",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
    `--window-size=${width},${height}`,
  ];
  // Scroll bars take no room, as on a phone. Containers have little shared memory.
  const plain = ["--hide-scrollbars", "--disable-dev-shm-usage", "--no-sandbox", "--disable-gpu", "--no-first-run"];
  // Animations cost time, and make pictures differ.
  const still = ["--force-prefers-reduced-motion"];
  const child = spawn(name, [...sessionOptions, ...plain, ...still, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: environmentWithoutFaketime(),
  });
  const address = await new Promise<string | undefined>((resolve) => {
    let output = "";
    child.once("error", () => resolve(undefined));
    child.once("exit", () => resolve(undefined));
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const [, debuggerUrl] = /DevTools listening on (ws:\S+)/.exec(output) ?? [];
      if (debuggerUrl) resolve(debuggerUrl);
    });
  });
  if (address === undefined) return undefined;
  const pages = (await (await fetch(`http://${new URL(address).host}/json/list`)).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const page = pages.find(({ type }) => type === "page");
  if (!page) throw new Error("The browser has no page");
  const { send, listen, close } = await connectDevTools(page.webSocketDebuggerUrl);
  const closeBrowser = async (): Promise<void> => {
    close();
    const exitEvent = new Promise((resolve) => child.once("exit", resolve));
    child.kill();
    await exitEvent;
    removeProfile(profile);
  };
  // Tests count requests in what the page keeps of them, which is 250 by default.
  await send("Page.enable");
  await send("Page.addScriptToEvaluateOnNewDocument", { source: `performance.setResourceTimingBufferSize(${MAX_REQUESTS})` });
  return buildBrowser({ send, listen }, closeBrowser);
}

const MAX_REQUESTS = 100_000;

/** A session of the DevTools protocol: commands, and listeners to its events. */
interface DevTools {
  send<T>(method: string, params?: object): Promise<T>;
  listen(listener: (method: string, params: Record<string, unknown>) => void): void;
}

async function connectDevTools(address: string): Promise<DevTools & { close: () => void }> {
  const socket = new WebSocket(address);
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  const listeners: Parameters<DevTools["listen"]>[0][] = [];
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error, method, params } = JSON.parse(String(data)) as {
      id?: number;
      result?: unknown;
      error?: { message: string };
      method?: string;
      params?: Record<string, unknown>;
    };
    if (method !== undefined) for (const listener of listeners) listener(method, params ?? {});
    const request = id === undefined ? undefined : waiting.get(id);
    if (error) request?.reject(new Error(error.message));
    else request?.resolve(result);
  });
  let last = 0;
  const send = <T>(method: string, params: object = {}): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      waiting.set(++last, { resolve: resolve as (result: unknown) => void, reject });
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  return { send, listen: (listener) => void listeners.push(listener), close: () => socket.close() };
}

/** Returns the text of an event that reports an error of the page. */
function readError(method: string, params: Record<string, unknown>): string | undefined {
  if (method === "Runtime.consoleAPICalled" && params.type === "error")
    return (params.args as { value?: unknown; description?: string }[])
      .map((arg) => arg.description ?? String(arg.value))
      .join(" ");
  if (method === "Runtime.exceptionThrown") {
    const { text, exception } = params.exceptionDetails as { text: string; exception?: { description?: string } };
    return exception?.description ?? text;
  }
  const { level, text } = (params.entry ?? {}) as { level?: string; text?: string };
  return method === "Log.entryAdded" && level === "error" ? text : undefined;
}

/**
 * Evaluates in the first frame of the page. A frame that goes to its next document between the two requests takes the
 * world of the first along; nothing was evaluated then, and the next document is asked.
 */
async function evaluateInFrame<T>(send: DevTools["send"], expression: string): Promise<T> {
  for (;;) {
    const { frameTree } = await send<{ frameTree: { childFrames?: readonly { frame: { id: string } }[] } }>("Page.getFrameTree");
    const frameId = frameTree.childFrames?.[0]?.frame.id;
    if (frameId === undefined) throw new Error("The page has no frame");
    const { executionContextId: contextId } = await send<{ executionContextId: number }>("Page.createIsolatedWorld", {
      frameId,
    });
    const answer = await send<{ result: { value: T } }>("Runtime.evaluate", { expression, contextId, returnByValue: true }).catch(
      (error: Error) => {
        if (!error.message.includes("Cannot find context")) throw error;
      },
    );
    if (answer) return answer.result.value;
  }
}

function buildBrowser({ send, listen }: DevTools, close: () => Promise<void>): Browser {
  // A page with changes asks whether it may be left, and a browser without a window cannot answer.
  listen((method, { type }) => {
    if (method === "Page.javascriptDialogOpening" && type === "beforeunload")
      void send("Page.handleJavaScriptDialog", { accept: true });
  });
  const evaluate = async <T>(expression: string): Promise<T> => {
    const parameters = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await send<{ result: { value: T }; exceptionDetails?: { text: string } }>(
      "Runtime.evaluate",
      parameters,
    );
    if (exceptionDetails) throw new Error(`${exceptionDetails.text} in ${expression.slice(0, 200)}`);
    return result.value;
  };
  const findCenter = (selector: string): Promise<Point> =>
    evaluate(
      `(() => { const { x, y, width, height } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect(); ` +
        "return { x: x + width / 2, y: y + height / 2 }; })()",
    );
  const clickAt = async (point: Point): Promise<void> => {
    for (const type of ["mousePressed", "mouseReleased"])
      await send("Input.dispatchMouseEvent", { ...point, type, button: "left", clickCount: 1 });
  };
  const hoverAt = async (point: Point): Promise<void> => {
    await send("Input.dispatchMouseEvent", { ...point, type: "mouseMoved" });
  };
  const press = async (selector: string): Promise<void> => {
    const point = await evaluate<Point>(
      `(() => { const one = document.querySelector(${JSON.stringify(selector)}); one.scrollIntoView({ block: "center" }); ` +
        "const { x, y, width, height } = one.getBoundingClientRect(); return { x: x + width / 2, y: y + height / 2 }; })()",
    );
    await clickAt(point);
  };
  const drag: Browser["drag"] = async (selector, points) => {
    const { x, y, width, height } = await evaluate<{ x: number; y: number; width: number; height: number }>(
      `(() => { const one = document.querySelector(${JSON.stringify(selector)}); one.scrollIntoView({ block: "center" }); ` +
        "const { x, y, width, height } = one.getBoundingClientRect(); return { x, y, width, height }; })()",
    );
    const toCoordinates = ([across, down]: readonly [number, number]) => ({ x: x + across * width, y: y + down * height });
    const [first = [0, 0], ...rest] = points;
    const last = rest.at(-1) ?? first;
    const mouse = (type: string, point: readonly [number, number]) =>
      send("Input.dispatchMouseEvent", { ...toCoordinates(point), type, button: "left", buttons: 1, clickCount: 1 });
    await mouse("mousePressed", first);
    for (const point of rest) await mouse("mouseMoved", point);
    await mouse("mouseReleased", last);
  };
  return {
    close,
    evaluate,
    click: press,
    clickAt,
    drag,
    type: async (selector, text) => {
      await press(selector);
      await evaluate(`document.querySelector(${JSON.stringify(selector)}).select()`);
      await send("Input.insertText", { text });
    },
    insertText: async (text) => {
      await send("Input.insertText", { text });
    },
    recordErrors: async () => {
      const errors: string[] = [];
      listen((method, params) => {
        const error = readError(method, params);
        if (error !== undefined) errors.push(error);
      });
      for (const domain of ["Runtime", "Log"]) await send(`${domain}.enable`);
      return errors;
    },
    recordRequests: async () => {
      const requests: string[] = [];
      listen((method, params) => {
        const { request } = params as { request?: { method: string; url: string } };
        if (method === "Network.requestWillBeSent" && request) requests.push(`${request.method} ${request.url}`);
      });
      await send("Network.enable");
      return requests;
    },
    recordAnswers: async () => {
      const answers: ServerAnswer[] = [];
      const places = new Map<string, number>();
      listen((event, params) => {
        const { requestId, request, response } = params as {
          requestId: string;
          request?: { method: string; url: string };
          response?: { status: number };
        };
        if (event === "Network.requestWillBeSent" && request)
          places.set(requestId, answers.push({ method: request.method, url: request.url, status: undefined }) - 1);
        const place = places.get(requestId);
        const answer = place === undefined ? undefined : answers[place];
        if (place === undefined || !answer) return;
        if (event === "Network.responseReceived") answers[place] = { ...answer, status: response?.status ?? 0 };
        if (event === "Network.loadingFailed") answers[place] = { ...answer, status: answer.status ?? 0 };
      });
      await send("Network.enable");
      return answers;
    },
    recordLoading: async () => {
      const loading = new Map<string, string>();
      listen((event, params) => {
        const { requestId, request, type, frame } = params as {
          requestId: string;
          request?: { url: string };
          type?: string;
          frame?: { parentId?: string };
        };
        if (event === "Network.requestWillBeSent" && request && LOADED_TYPES.has(type ?? "")) loading.set(requestId, request.url);
        // A page need not read the body of an answer.
        if (event === "Network.responseReceived" || event === "Network.loadingFailed") loading.delete(requestId);
        // Another document: what the former one has asked for never comes.
        if (event === "Page.frameNavigated" && frame?.parentId === undefined) loading.clear();
      });
      for (const domain of ["Network", "Page"]) await send(`${domain}.enable`);
      return { addresses: () => [...loading.values()] };
    },
    scroll: async (selector, pixels, speed) => {
      const { x, y } = await findCenter(selector);
      await send("Input.synthesizeScrollGesture", {
        x,
        y,
        yDistance: -pixels,
        speed,
        gestureSourceType: "mouse",
        preventFling: true,
      });
    },
    hoverAt,
    hover: async (selector) => hoverAt(await findCenter(selector)),
    pressKey: async (key, ...modifiers) => {
      const [windowsVirtualKeyCode = 0, typed = ""] = keyCodes[key] ?? [];
      // A key with Control or Alt is a command and types nothing.
      const text = modifiers.includes("Control") || modifiers.includes("Alt") ? "" : typed;
      const bits = modifiers.reduce((sum, modifier) => sum + modifierBits[modifier], 0);
      const pressed = { key, code: key === " " ? "Space" : key, windowsVirtualKeyCode, modifiers: bits };
      await send("Input.dispatchKeyEvent", {
        type: text === "" ? "rawKeyDown" : "keyDown",
        ...pressed,
        ...(text === "" ? {} : { text }),
      });
      await send("Input.dispatchKeyEvent", { type: "keyUp", ...pressed });
    },
    open: async (url) => {
      await send("Page.enable");
      // Without it a page that is not in front hears nothing of its focus.
      await send("Emulation.setFocusEmulationEnabled", { enabled: true });
      await send("Page.navigate", { url });
    },
    waitFor: async (expression) => {
      const end = Date.now() + TIMEOUT_MS;
      while (!(await evaluate<boolean>(expression).catch(() => false))) {
        if (Date.now() > end) throw new Error(`Timed out waiting for: ${expression.slice(0, 300)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    resize: async (width, height) => {
      await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
    },
    takeScreenshot: async (format = "png") => {
      const options = { format, ...(format === "png" ? {} : { quality: WEBP_QUALITY }) };
      return Buffer.from((await send<{ data: string }>("Page.captureScreenshot", options)).data, "base64");
    },
    setUserAgent: async (userAgent, acceptLanguage) => {
      await send("Network.enable");
      await send("Network.setUserAgentOverride", { userAgent, ...(acceptLanguage === undefined ? {} : { acceptLanguage }) });
    },
    clearCookies: async () => {
      await send("Network.clearBrowserCookies");
    },
    clearCache: async () => {
      await send("Network.clearBrowserCache");
    },
    setTouch: async (isOn) => {
      await send("Emulation.setTouchEmulationEnabled", { enabled: isOn, maxTouchPoints: isOn ? 5 : 1 });
      await send("Emulation.setEmitTouchEventsForMouse", { enabled: false });
    },
    setDarkMode: async (isOn) => {
      const features = [{ name: "prefers-color-scheme", value: isOn ? "dark" : "light" }];
      await send("Emulation.setEmulatedMedia", { features });
    },
    enableScripts: async (isOn) => {
      await send("Emulation.setScriptExecutionDisabled", { value: !isOn });
    },
    evaluateInFrame: (expression) => evaluateInFrame(send, expression),
    readFocus: async () => {
      const { nodes } = await send<{ nodes: readonly TreeNode[] }>("Accessibility.getFullAXTree");
      const byId = new Map(nodes.map((node) => [node.nodeId, node]));
      // The document has the focus too.
      const node = nodes.findLast(({ properties = [] }) =>
        properties.some(({ name, value }) => name === "focused" && value.value),
      );
      if (!node) return undefined;
      const context: string[] = [];
      for (let parent = byId.get(node.parentId ?? ""); parent; parent = byId.get(parent.parentId ?? ""))
        if (parent.name?.value) context.unshift(parent.name.value);
      const { role, name, description } = node;
      return { role: role?.value ?? "", name: name?.value ?? "", description: description?.value ?? "", context };
    },
    slowDown: async (rate) => {
      await send("Emulation.setCPUThrottlingRate", { rate });
    },
    throttle: async (bytes) => {
      await send("Network.enable");
      await send("Network.emulateNetworkConditions", {
        offline: false,
        latency: 20,
        downloadThroughput: bytes,
        uploadThroughput: bytes,
      });
    },
  };
}
