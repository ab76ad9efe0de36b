import { Agent, request } from "node:http";
import type { Output } from "@crm/local/table-engine/command.ts";
import { marshalInput, resolveAction, unmarshalOutput } from "@crm/local/table-engine/documents.ts";

/** A client that sends commands of the document client. */
export interface WireClient {
  send(command: object): Promise<unknown>;
  destroy(): void;
}

/**
 * Sends commands to dynoxide like the SDK's client, but without the SDK: its preparation of each command took a third of the test time.
 * test/ports checks that both send and receive the same.
 */
export function createWireClient(endpoint: string): WireClient {
  const agent = new Agent({ keepAlive: true });
  return {
    destroy: () => agent.destroy(),
    async send(command) {
      const body = serializeInput(marshalInput((command as { input: object }).input));
      const { status, text } = await postAction(endpoint, agent, resolveAction(command), body);
      const answer = parseOutput(text);
      if (status === 200) return unmarshalOutput(answer as Output);
      throw buildWireError(status, answer);
    },
  };
}

/** Encodes bytes in base64. It reads them from their parent, because a Buffer would first serialize itself in another form. */
export const serializeInput = (input: object): string =>
  JSON.stringify(input, function (this: Record<string, unknown>, name, value) {
    const bytes = this[name];
    return bytes instanceof Uint8Array ? Buffer.from(bytes).toString("base64") : value;
  });

const parseOutput = (text: string): object =>
  text.includes('"B":"')
    ? JSON.parse(text, (name, value) =>
        name === "B" && typeof value === "string" ? Uint8Array.from(Buffer.from(value, "base64")) : value,
      )
    : JSON.parse(text);

function buildWireError(status: number, { Message, ...fields }: { __type?: string; message?: string; Message?: string }): Error {
  const name = fields.__type?.split("#").at(-1);
  return Object.assign(new Error(fields.message ?? Message), fields, { name, $metadata: { httpStatusCode: status } });
}

/** dynoxide requires a signature, and does not verify it. */
export const SIGNATURE_HEADERS = {
  authorization: "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
  "x-amz-date": "20260101T000000Z",
};

/** Sends an action with its input in the format of DynamoDB's API. */
export const postAction = (
  endpoint: string,
  agent: Agent,
  action: string,
  body: string,
  signature: Readonly<Record<string, string>> = SIGNATURE_HEADERS,
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const headers = {
      ...signature,
      "content-type": "application/x-amz-json-1.0",
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
