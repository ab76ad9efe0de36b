import { Agent, request } from "node:http";
import { marshall, type NativeAttributeValue, unmarshall } from "@aws-sdk/util-dynamodb";

/** What sends commands of the document client. */
export interface Client {
  send(command: object): Promise<unknown>;
  destroy(): void;
}

/**
 * Commands to dynoxide as the SDK's client sends them, without the SDK in between: what that prepares for each of them, for
 * all of AWS, took a third of the time of the tests. That both say and hear the same is what test/contract asks.
 */
export function wireClient(endpoint: string): Client {
  const agent = new Agent({ keepAlive: true });
  return {
    destroy: () => agent.destroy(),
    async send(command) {
      const action = actions[command.constructor.name];
      if (!action) throw new Error(`${command.constructor.name} is no command of documents: add it to test/wire.ts`);
      const { status, text } = await post(endpoint, agent, action, written((command as { input: object }).input));
      const answer = read(text);
      if (status === 200) return converted(answer, (item) => unmarshall(item as never));
      throw failure(status, answer);
    },
  };
}

const actions: Readonly<Record<string, string>> = {
  GetCommand: "GetItem",
  PutCommand: "PutItem",
  UpdateCommand: "UpdateItem",
  DeleteCommand: "DeleteItem",
  QueryCommand: "Query",
  ScanCommand: "Scan",
  BatchGetCommand: "BatchGetItem",
  BatchWriteCommand: "BatchWriteItem",
  TransactGetCommand: "TransactGetItems",
  TransactWriteCommand: "TransactWriteItems",
};

/** Where an item, a key or other values stand, and where a list of them. */
const one = new Set(["Item", "Key", "Attributes", "ExpressionAttributeValues", "ExclusiveStartKey", "LastEvaluatedKey"]);
const several = new Set(["Items", "Keys"]);

type Values = Record<string, NativeAttributeValue>;

/** What is sent or answered, with each item in it converted. */
function converted(within: unknown, convert: (values: Values) => unknown): unknown {
  if (Array.isArray(within)) return within.map((each) => converted(each, convert));
  if (typeof within !== "object" || within === null) return within;
  return Object.fromEntries(
    Object.entries(within).map(([name, inner]) => {
      if (one.has(name)) return [name, inner && convert(inner)];
      if (several.has(name)) return [name, inner.map(convert)];
      // Of a batch they stand by table, of a transaction each in an object of its own.
      if (name === "Responses" && !Array.isArray(inner))
        return [
          name,
          Object.fromEntries(Object.entries(inner).map(([table, items]) => [table, (items as Values[]).map(convert)])),
        ];
      return [name, converted(inner, convert)];
    }),
  );
}

const written = (input: object): string =>
  JSON.stringify(
    converted(input, (values) => marshall(values, { removeUndefinedValues: true })),
    function (this: Record<string, unknown>, name, value) {
      const bytes = this[name];
      return bytes instanceof Uint8Array ? Buffer.from(bytes).toString("base64") : value;
    },
  );

const read = (text: string): object =>
  text.includes('"B":"')
    ? JSON.parse(text, (name, value) =>
        name === "B" && typeof value === "string" ? Uint8Array.from(Buffer.from(value, "base64")) : value,
      )
    : JSON.parse(text);

function failure(status: number, { Message, ...said }: { __type?: string; message?: string; Message?: string }): Error {
  const name = said.__type?.split("#").at(-1);
  return Object.assign(new Error(said.message ?? Message), said, { name, $metadata: { httpStatusCode: status } });
}

const HEADERS = {
  "content-type": "application/x-amz-json-1.0",
  // The engine wants to see a signature, whatever it says.
  authorization: "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
  "x-amz-date": "20260101T000000Z",
};

const post = (endpoint: string, agent: Agent, action: string, body: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const headers = {
      ...HEADERS,
      "x-amz-target": `DynamoDB_20120810.${action}`,
      "content-length": Buffer.byteLength(body),
    };
    const asked = request(endpoint, { method: "POST", agent, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part) => parts.push(part));
      answer.once("error", reject);
      answer.once("end", () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
    });
    asked.once("error", reject);
    asked.end(body);
  });
