import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Flow } from "@crm/core/kernel/domain.ts";
import { afterAll, expect, it } from "vitest";
import { flowEntry } from "../../stacks/entries.ts";

const root = mkdtempSync(join(tmpdir(), "crm-entry-"));
afterAll(() => rmSync(root, { recursive: true }));

const load = async () => async () => null;
const flow: Flow = {
  description: "Asks",
  machine: async () => ({}),
  steps: { ask: load, tell: load },
  uses: ["mail", "flows:answer"],
  table: [{ actions: ["GetItem"], within: "slug" }],
};
const FILE = "quote/quote.domain.ts";
mkdirSync(join(root, "quote"));
const written = (steps: string) => {
  writeFileSync(join(root, FILE), `flows: { other: { steps: {}, }, quote_approval: {\n    steps: {\n${steps}\n    },\n  },\n}`);
  return flowEntry(root, FILE, "quote_approval", flow);
};

it("the function of a flow's steps has these at once, and the adapters that it names", () => {
  const entry = written(`
      ask: async () => (await import("./steps.ts")).ask,
      tell: async () =>
        (await import("../note/steps.ts")).tellOf,`);
  expect(entry.path).toBe("flow/quote_approval");
  expect(entry.code.split("\n")).toEqual([
    `import { ask as step0 } from "${root}/quote/steps.ts";`,
    `import { tellOf as step1 } from "${root}/note/steps.ts";`,
    `import { stepping } from "${root}/packages/functions/src/flow/context.ts";`,
    `import { work } from "${root}/packages/aws/src/work.ts";`,
    `import { flows } from "${root}/packages/aws/src/ports/flows.ts";`,
    `import { mail } from "${root}/packages/aws/src/ports/mail.ts";`,
    `import { own } from "${root}/packages/aws/src/ports/own.ts";`,
    `export const handler = work("quote_approval", stepping("quote_approval", ["slug"], { ask: async () => step0, tell: async () => step1 }), { database: own, mail: mail, flows: flows });`,
    "",
  ]);
});

it("a step that is loaded in another way is refused with what to write", () => {
  expect(() => written(`      ask: async () => (await import("./steps.ts")).ask,\n      tell: async () => tell,`)).toThrow(
    'In quote/quote.domain.ts, write what a step loads as tell: async () => (await import("./file.ts")).name',
  );
});
