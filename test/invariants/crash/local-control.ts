import { request } from "node:http";

/** Calls the local control API of a server without a timeout, because settling many messages takes long. */
export async function callLocalControl<T>(server: string, path: string, body?: object): Promise<T> {
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const clientRequest = request(`${server}/_local/${path}`, { method: body === undefined ? "GET" : "POST" }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
      resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
    });
    clientRequest.once("error", reject);
    clientRequest.end(body === undefined ? undefined : JSON.stringify(body));
  });
  if (status >= 400) throw new Error(`${path}: ${status} ${text}`);
  return (JSON.parse(text) as { data: T }).data;
}
