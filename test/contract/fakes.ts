import type { Client } from "@crm/aws/client.ts";

/** Stands in for an AWS client: answers commands by their kind, and keeps what it was sent. */
export interface Fake extends Client {
  readonly sent: readonly { name: string; input: Record<string, unknown> }[];
}

// biome-ignore lint/suspicious/noExplicitAny: each command has an input of its own
type Answer = (input: any) => unknown;

/** A client that knows these commands; any other is a mistake of the adapter. */
export function fake(answers: Readonly<Record<string, Answer>>): Fake {
  const sent: { name: string; input: Record<string, unknown> }[] = [];
  return {
    sent,
    async send(command) {
      const name = command.constructor.name.replace(/Command$/, "");
      const { input } = command as { input: Record<string, unknown> };
      sent.push({ name, input });
      const answer = answers[name];
      if (!answer) throw new Error(`Nobody expects ${name}`);
      return answer(input);
    },
  };
}

/** An error as the SDK throws it. */
export const awsError = (name: string): Error => Object.assign(new Error(name), { name });
