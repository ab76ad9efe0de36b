import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Database } from "@crm/core/kernel/ports.ts";
import { clientFor, type Engine, isConnectionLost, TABLE } from "./engine.ts";

/** Read and write units that commands have used, by table and index, for tests and benchmarks that count them. */
export interface Meter {
  read: number;
  write: number;
  commands: number;
}

const RECONNECT_WITHIN = 30_000;

/** What sends commands of the document client to an engine. */
export interface Client {
  send(command: object): Promise<unknown>;
  destroy(): void;
}

/**
 * The database port over the embedded engine. A command that found nobody there is sent again once the engine is back:
 * with the same token, so that a transaction whose answer was lost is not applied twice.
 */
export function engineDatabase(
  engine: Pick<Engine, "endpoint" | "ready">,
  meter?: Meter,
  connect = documentClient,
): Database & { close(): void } {
  let endpoint = engine.endpoint;
  let client = connect(endpoint);
  const current = (): Client => {
    if (engine.endpoint !== endpoint) {
      client.destroy();
      endpoint = engine.endpoint;
      client = connect(endpoint);
    }
    return client;
  };
  return {
    table: TABLE,
    close: () => client.destroy(),
    async send(command) {
      if (meter) (command as { input: Record<string, unknown> }).input.ReturnConsumedCapacity = "INDEXES";
      const started = Date.now();
      for (let attempt = 1; ; attempt++) {
        try {
          const output = await current().send(command);
          if (meter) count(meter, command, output);
          return output;
        } catch (error) {
          if (attempt > 1) Object.assign((error as { $metadata?: object }).$metadata ?? {}, { attempts: attempt });
          if (!isConnectionLost(error) || Date.now() - started > RECONNECT_WITHIN) throw error;
          await engine.ready();
          await sleep(Math.min(200, 5 * attempt));
        }
      }
    },
  };
}

const documentClient = (endpoint: string): Client =>
  DynamoDBDocumentClient.from(clientFor(endpoint, 1), { marshallOptions: { removeUndefinedValues: true } }) as unknown as Client;

interface Capacity {
  CapacityUnits?: number;
  ReadCapacityUnits?: number;
  WriteCapacityUnits?: number;
}

export function count(meter: Meter, command: object, output: unknown): void {
  const { ConsumedCapacity } = output as { ConsumedCapacity?: Capacity | Capacity[] };
  const reads = /^(Get|Query|BatchGet|TransactGet)Command$/.test(command.constructor.name);
  meter.commands++;
  for (const capacity of [ConsumedCapacity ?? []].flat()) {
    meter[reads ? "read" : "write"] += capacity.CapacityUnits ?? 0;
  }
}
