import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Scoring } from "@crm/core/lead/scoring.ts";
import { type MigrateOptions, migrate } from "@crm/core/storage/jobs/migrate.ts";
import { type RotateOptions, rotate } from "@crm/core/storage/jobs/rotate.ts";
import type { App } from "./app.ts";
import { snapshot } from "./backup.ts";
import { applyKind, type Batch } from "./restore-kind.ts";
import { Refusal } from "./state.ts";

interface Answer {
  status: number;
  data: unknown;
}

/** The controls by which `npm run backup`, `restore`, `migrate`, `rotate-keys` and `demo` ask the server that holds the folder. */
const controls: Record<string, (app: App, input: unknown) => Promise<unknown>> = {
  "GET store": async ({ state }) => ({ folder: state.folder, position: state.get("stream") ?? "0" }),
  "POST backup": async ({ state }) => ({ folder: await snapshot(state) }),
  "POST restore": ({ ports }, input) => applyKind(ports, input as Batch),
  "POST migrate": ({ ports }, input) => migrate(ports, input as MigrateOptions),
  "POST rotate-keys": ({ ports }, input) => rotate(ports, input as RotateOptions),
  "POST score": ({ ports }, input) => score(ports, input as Score),
};

type Score = { tenant: string; id: string; lead_score: number };

/** Until a model or a person scores leads through the API, a demonstration has scores by this. */
const score = async (ports: App["ports"], { tenant, ...given }: Score): Promise<null> => {
  await runIn(systemContext(ports, tenant, "demo"), () => Scoring.setByHand(given));
  return null;
};

/** Undefined where there is no such control. */
export async function maintain(app: App, key: string, body: string): Promise<Answer | undefined> {
  try {
    const data = await controls[key]?.(app, JSON.parse(body || "{}"));
    return data === undefined ? undefined : { status: 200, data };
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof SyntaxError)) throw error;
    return { status: 409, data: { code: "CONFLICT", message: error.message, details: [] } };
  }
}
