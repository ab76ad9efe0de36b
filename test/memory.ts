import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { Database } from "@crm/core/kernel/ports.ts";

type Item = Record<string, unknown>;

/** A database port over a map, with what it takes to write a tenant with its users and to recognise them. */
export interface MemoryDatabase extends Database {
  /** From now on only those that recognise a caller and count their requests pass; any other command fails. */
  close(): void;
}

export function memoryDatabase(): MemoryDatabase {
  const items = new Map<string, Item>();
  let closed = false;
  const nameOf = ({ pk, sk }: Item): string => `${pk}\n${sk}`;
  const find = (key: Item = {}): Item | undefined => items.get(nameOf(key));
  const put = (item: Item = {}): void => void items.set(nameOf(item), item);

  const read = (command: object): unknown => {
    if (command instanceof GetCommand) return { Item: find(command.input.Key) };
    if (command instanceof BatchGetCommand) {
      const [[table = "", request] = []] = Object.entries(command.input.RequestItems ?? {});
      return { Responses: { [table]: (request?.Keys ?? []).map(find).filter((item) => item !== undefined) } };
    }
    if (command instanceof QueryCommand) {
      const { ":pk": pk } = command.input.ExpressionAttributeValues ?? {};
      return { Items: [...items.values()].filter((item) => item.pk === pk) };
    }
    return undefined;
  };

  const write = (command: object): unknown => {
    if (command instanceof PutCommand) put(command.input.Item);
    else if (command instanceof TransactWriteCommand) {
      for (const { Put } of command.input.TransactItems ?? []) if (Put) put(Put.Item);
    } else return undefined;
    return {};
  };

  return {
    table: "memory",
    close() {
      closed = true;
    },
    async send(command) {
      const isCounting = command instanceof UpdateCommand && String(command.input.Key?.pk).includes("#RATE#");
      const answer = isCounting ? {} : (read(command) ?? (closed ? undefined : write(command)));
      if (answer === undefined) throw new Error(`The database was touched by ${command.constructor.name}`);
      return answer;
    },
  };
}
