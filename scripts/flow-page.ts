import type { Domain } from "@crm/core/kernel/domain.ts";
import { Machine } from "@crm/core/lib/state-machine/asl.ts";
import { renderDiagram } from "@crm/core/lib/state-machine/diagram.ts";
import { listFlows } from "@crm/functions/flow/index.ts";

/** The drawings follow this heading. */
const HEADING = "## The machines\n";

/** Returns the page of flows with the state machines of these domains. */
export async function buildFlowPage(page: string, domains: readonly Domain[]): Promise<string> {
  const headingIndex = page.indexOf(HEADING);
  if (headingIndex === -1) throw new Error(`docs/lib/flows.md has no heading ${HEADING.trim()}`);
  const sections = listFlows(domains).map(async ({ name, flow }) => {
    const machine = Machine.parse(await flow.machine());
    return [`### ${name}`, flow.description, `\`\`\`mermaid\n${renderDiagram(machine)}\n\`\`\``].join("\n\n");
  });
  const machines = await Promise.all(sections);
  return `${page.slice(0, headingIndex)}${HEADING}\n${machines.join("\n\n") || "No domain declares a state machine yet."}\n`;
}
