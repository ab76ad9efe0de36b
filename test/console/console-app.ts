import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { type Client, createClient } from "@crm/sdk/index.ts";
import { afterAll, beforeAll, expect } from "vitest";
import { startBrowser } from "../../scripts/browser.ts";
import { startTestApp } from "../support/app.ts";
import { type ConsoleDriver, driveConsole } from "./console-driver.ts";

export interface ConsoleApp {
  app: App;
  /** The address of the server. */
  url: string;
  pages: ConsoleDriver;
  /** Opens another browser, such as that of a colleague. */
  openBrowser: () => Promise<ConsoleDriver>;
  /** The API as this user. */
  connect: (user: { email: string; password: string }) => Client;
  /** Runs the jobs that the page starts, until it shows the words. */
  settleUntil: (words: string) => Promise<void>;
}

/** Starts an app, its server and a browser before the tests of a file, and stops them afterwards. What it returns is filled then. */
export function startConsoleApp(height = 800, startApp: () => Promise<App> = () => startTestApp()): ConsoleApp {
  const started = {} as ConsoleApp;
  const drivers: ConsoleDriver[] = [];
  let server: Awaited<ReturnType<typeof startServer>>;
  const openBrowser = async (): Promise<ConsoleDriver> => {
    const browser = (await startBrowser({ width: 1280, height })) ?? expect.fail("The browser does not start");
    const driver = await driveConsole(browser, server.url);
    drivers.push(driver);
    return driver;
  };
  beforeAll(async () => {
    const app = await startApp();
    server = await startServer(app, 0);
    const { url } = server;
    const pages = await openBrowser();
    const isShown = (words: string): Promise<boolean> =>
      pages.browser.evaluate<boolean>(
        `new Promise((done) => requestAnimationFrame(() => done(document.body.innerText.includes(${JSON.stringify(words)}))))`,
      );
    Object.assign(started, {
      ...{ app, url, pages, openBrowser },
      connect: ({ email, password }) => createClient({ baseUrl: url, auth: { email, password } }),
      settleUntil: async (words) => {
        while (!(await isShown(words))) await app.settle();
      },
    } satisfies ConsoleApp);
  });
  afterAll(async () => {
    for (const { browser } of drivers) await browser.close();
    await server.close();
    await started.app.stop();
  });
  return started;
}
