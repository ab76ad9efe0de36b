import { Machine } from "@crm/core/flow/asl.ts";
import { diagramOf } from "@crm/core/flow/diagram.ts";
import type { Domain } from "@crm/core/kernel/domain.ts";
import { flowsOf } from "@crm/functions/flow/index.ts";

/** Behind it stands what is drawn. */
const HEADING = "## The machines\n";

/** The page of flows with the machines of these domains. */
export async function pageOf(page: string, domains: readonly Domain[]): Promise<string> {
  const at = page.indexOf(HEADING);
  if (at === -1) throw new Error(`docs/flows.md has no heading ${HEADING.trim()}`);
  const drawn = flowsOf(domains).map(async ({ name, flow }) => {
    const machine = Machine.parse(await flow.machine());
    return [`### ${name}`, flow.description, `\`\`\`mermaid\n${diagramOf(machine)}\n\`\`\``].join("\n\n");
  });
  const machines = await Promise.all(drawn);
  return `${page.slice(0, at)}${HEADING}\n${machines.join("\n\n") || "No domain declares one yet."}\n`;
}
