import { edit, type Mutant, never } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "SDK: a repeat has another idempotency key",
    at: "sdk/src/client#Api.call",
    change: edit('{ "idempotency-key": key }', '{ "idempotency-key": crypto.randomUUID() }'),
    tests: "test/sdk",
  },
  {
    name: "SDK: operations without idempotency key are repeated when their outcome is unknown",
    at: "sdk/src/client#Api.call",
    change: edit("isRepeatable: isRead || isKeyed", "isRepeatable: true"),
    tests: "test/sdk/transport.test.ts",
  },
  {
    name: "SDK: the token is sent to other origins",
    at: "sdk/src/client#Api.#resolveUrl",
    change: never('!path.startsWith("/") || path.startsWith("//")'),
    tests: "test/sdk/transport.test.ts",
  },
  {
    name: "SDK: calls at the same time refresh the session several times",
    at: "sdk/src/session#Session.renew",
    change: edit("this.#renewal ??=", "this.#renewal ="),
    tests: "test/sdk/session.test.ts",
  },
  {
    name: "SDK: a refresh that failed for want of an answer ends the session",
    at: "sdk/src/session#Session.#refresh",
    change: edit("if (error instanceof AuthenticationError) return undefined;\n      throw error;", "return undefined;"),
    tests: "test/sdk/session.test.ts",
  },
  {
    name: "SDK: calls use the token of a user whom the app refuses",
    at: "sdk/src/session#Session.#open",
    change: edit(
      "await this.#hooks.onSignIn?.(answer);",
      "void Promise.resolve(answer).then(this.#hooks.onSignIn).catch(() => undefined);",
    ),
    tests: "test/sdk/session.test.ts",
  },
  {
    name: "SDK: a webhook of any age is accepted",
    at: "sdk/src/webhook#verifyWebhook",
    change: edit("Math.abs(now / 1000 - Number(time)) > tolerance", "false"),
    tests: "test/sdk/webhook.test.ts",
  },
  {
    name: "SDK: a list ends at an empty page",
    at: "sdk/src/list#List.pages",
    change: edit("findNextPage(parameters, page)", "page.data.length === 0 ? undefined : findNextPage(parameters, page)"),
    tests: "test/sdk/list.test.ts",
  },
];
