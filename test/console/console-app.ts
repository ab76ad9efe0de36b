import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { afterAll, beforeAll, expect } from "vitest";
import { startBrowser } from "../../scripts/browser.ts";
import { startTestApp } from "../support/app.ts";
import { type ConsoleDriver, driveConsole } from "./console-driver.ts";

export interface ConsoleApp {
  app: App;
  /** The address of the server. */
  url: string;
  pages: ConsoleDriver;
}

/** Starts an app, its server and a browser before the tests of a file, and stops them afterwards. What it returns is filled then. */
export function startConsoleApp(height = 800): ConsoleApp {
  const started = {} as ConsoleApp;
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    const app = await startTestApp();
    server = await startServer(app, 0);
    const browser = (await startBrowser({ width: 1280, height })) ?? expect.fail("The browser does not start");
    Object.assign(started, { app, url: server.url, pages: await driveConsole(browser, server.url) });
  });
  afterAll(async () => {
    await started.pages.browser.close();
    await server.close();
    await started.app.stop();
  });
  return started;
}
