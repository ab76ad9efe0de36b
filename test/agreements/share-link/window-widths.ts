import { it } from "vitest";
import type { Browser } from "../../../scripts/browser.ts";
import { selectSample } from "../../support/sample.ts";
import { HEIGHT, WIDTHS } from "./customer-browser.ts";

/** Runs a page test at each window width; in the short form, only at one of them. */
export const testInWidths =
  (browserOf: () => Browser) =>
  (name: string, test: (width: number) => Promise<void>): void =>
    it.each(selectSample(WIDTHS, { name: (width) => `${name} ${width}`, kind: () => name }))(
      `${name}, %i pixels wide`,
      async (width) => {
        await browserOf().resize(width, HEIGHT);
        await test(width);
      },
    );
