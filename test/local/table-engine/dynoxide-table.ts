import { Agent } from "node:http";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { postAction, serializeInput } from "../../support/wire-client.ts";
import { type Dynoxide, startDynoxide } from "../dynoxide/dynoxide.ts";
import { type Answer, readAnswer } from "./answer.ts";
import type { Command } from "./fuzzer.ts";
import type { Key } from "./random-items.ts";

/** Dynoxide with an empty table, accessed with raw commands of DynamoDB's API. */
export class DynoxideTable {
  readonly #engine: Dynoxide;
  readonly #agent = new Agent({ keepAlive: true });

  readonly #database: DatabaseSync;
  #selectLast: StatementSync | undefined;
  #selectItem: StatementSync | undefined;

  private constructor(engine: Dynoxide) {
    this.#engine = engine;
    this.#database = new DatabaseSync(engine.file, { readOnly: true });
  }

  /** Rejects on platforms that dynoxide does not support. */
  static async start(): Promise<DynoxideTable> {
    return new DynoxideTable(await startDynoxide());
  }

  async execute({ action, input }: Command): Promise<Answer> {
    const { status, text } = await postAction(this.#engine.endpoint, this.#agent, action, serializeInput(input));
    return readAnswer(status, JSON.parse(text));
  }

  /** The stream records after one id up to another, in order. */
  records(after: number, end: number): Record<string, unknown>[] {
    const columns = "id, event_name, keys_json, new_image, old_image";
    return this.#database.prepare(`SELECT ${columns} FROM _stream_records WHERE id > ? AND id <= ? ORDER BY id`).all(after, end);
  }

  /** The id of the newest stream record. */
  lastRecord(): number {
    this.#selectLast ??= this.#database.prepare("SELECT COALESCE(MAX(id), 0) AS id FROM _stream_records");
    return Number(this.#selectLast.get()?.id);
  }

  item({ pk, sk }: Key): object | undefined {
    this.#selectItem ??= this.#database.prepare("SELECT item_json FROM crm WHERE pk = ? AND sk = ?");
    // In dynoxide's file, a key starts with its type.
    const row = this.#selectItem.get(`S:${pk.S}`, `S:${sk.S}`);
    return row && JSON.parse(String(row.item_json));
  }

  /** All items, in order. */
  items(): object[] {
    const rows = this.#database.prepare("SELECT item_json FROM crm ORDER BY pk, sk").all();
    return rows.map(({ item_json }) => JSON.parse(String(item_json)));
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    this.#database.close();
    await this.#engine.stop();
  }
}
