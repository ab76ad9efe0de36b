import { readFileSync } from "node:fs";
import { domains } from "@crm/core/domains.ts";
import { diagramOf } from "@crm/core/flow/diagram.ts";
import { describe, expect, it } from "vitest";
import { pageOf } from "../../scripts/flow-page.ts";
import { withFlow } from "./domain.ts";
import { machineOf, step } from "./play.ts";

describe("the page of flows", () => {
  it("has the machines that run: npm run flows draws them", async () => {
    const page = readFileSync("docs/flows.md", "utf8");
    expect(await pageOf(page, domains)).toBe(page);
  });

  it("has each flow with what it is for, once", async () => {
    const page = await pageOf("# Flows\n\n## The machines\n\nold", withFlow);
    expect(page).toContain(
      "## The machines\n\n### quote_approval\n\nAsks who must agree, and tells who asked\n\n```mermaid\nstateDiagram-v2\n",
    );
    expect(page).not.toContain("old");
    expect(await pageOf(page, withFlow)).toBe(page);
  });
});

it("a machine is drawn with all ways through it", () => {
  const machine = machineOf({
    "Ask them": step("ask", { waits: true, Catch: [{ ErrorEquals: ["A", "B"], Next: "No" }], Next: "Which" }),
    Which: {
      Type: "Choice",
      Choices: [{ Condition: '{% $states.input.n = {"a": 1}.a %}', Next: "Both" }],
      Default: "Later",
    },
    Both: {
      Type: "Parallel",
      Branches: [
        { StartAt: "L", States: { L: { Type: "Pass", End: true } } },
        { StartAt: "R", States: { R: step("r", { End: true }) } },
      ],
      End: true,
    },
    Later: { Type: "Wait", Seconds: 5, Next: "Yes" },
    Yes: { Type: "Succeed" },
    No: { Type: "Fail", Error: "Refused" },
  });
  expect(diagramOf(machine).split("\n")).toEqual([
    "stateDiagram-v2",
    "  [*] --> Ask_32_them",
    '  state "Ask them → ask, waits" as Ask_32_them',
    "  Ask_32_them --> Which",
    "  Ask_32_them --> No: A, B",
    '  state "Which?" as Which',
    "  Which --> Both: $states.input.n = ''a'∶ 1'.a",
    "  Which --> Later: else",
    '  state "Both (side by side)" as Both {',
    "    [*] --> L",
    '    state "L" as L',
    "    L --> [*]",
    "    --",
    "    [*] --> R",
    '    state "R → r" as R',
    "    R --> [*]",
    "  }",
    "  Both --> [*]",
    '  state "Later ⏱ 5 s" as Later',
    "  Later --> Yes",
    '  state "Yes" as Yes',
    "  Yes --> [*]",
    '  state "No ✗ Refused" as No',
    "  No --> [*]",
  ]);
});
