import { readFileSync } from "node:fs";
import { domains } from "@crm/core/domains.ts";
import { renderDiagram } from "@crm/core/lib/state-machine/diagram.ts";
import { describe, expect, it } from "vitest";
import { buildFlowPage } from "../../../scripts/flow-page.ts";
import { domainsWithFlow } from "./flow-domain.ts";
import { buildMachine, taskState } from "./machine-simulator.ts";

describe("the documentation page of flows", () => {
  it("shows the current machines, as drawn by npm run flows", async () => {
    const page = readFileSync("docs/lib/flows.md", "utf8");
    expect(await buildFlowPage(page, domains)).toBe(page);
  });

  it("shows each flow with its description once", async () => {
    const page = await buildFlowPage("# Flows\n\n## The machines\n\nold", domainsWithFlow);
    expect(page).toContain(
      "## The machines\n\n### quote_approval\n\nAsks the approvers, and notifies the requester\n\n```mermaid\nstateDiagram-v2\n",
    );
    expect(page).not.toContain("old");
    expect(await buildFlowPage(page, domainsWithFlow)).toBe(page);
  });
});

it("a machine is drawn with all its transitions", () => {
  const machine = buildMachine({
    "Ask them": taskState("ask", { waits: true, Catch: [{ ErrorEquals: ["A", "B"], Next: "No" }], Next: "Which" }),
    Which: {
      Type: "Choice",
      Choices: [{ Condition: '{% $states.input.n = {"a": 1}.a %}', Next: "Both" }],
      Default: "Later",
    },
    Both: {
      Type: "Parallel",
      Branches: [
        { StartAt: "L", States: { L: { Type: "Pass", End: true } } },
        { StartAt: "R", States: { R: taskState("r", { End: true }) } },
      ],
      End: true,
    },
    Later: { Type: "Wait", Seconds: 5, Next: "Yes" },
    Yes: { Type: "Succeed" },
    No: { Type: "Fail", Error: "Refused" },
  });
  expect(renderDiagram(machine).split("\n")).toEqual([
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
