import type { Client } from "@crm/aws/client.ts";

/** Stands in for an AWS client: answers commands by their kind, and keeps what it was sent. */
export interface FakeClient extends Client {
  readonly commands: readonly { name: string; input: Record<string, unknown> }[];
}

/** What each command is answered, by the input that is its own. */
type CommandAnswers<Inputs> = { readonly [Name in keyof Inputs]: (input: Inputs[Name]) => unknown };

/** A client that knows these commands; any other is a mistake of the adapter. */
export function createFakeClient<Inputs extends Record<string, object>>(answers: CommandAnswers<Inputs>): FakeClient {
  const sent: { name: string; input: Record<string, unknown> }[] = [];
  return {
    commands: sent,
    async send(command) {
      const name = command.constructor.name.replace(/Command$/, "");
      const { input } = command as { input: Record<string, unknown> & Inputs[string] };
      sent.push({ name, input });
      const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
      if (!answer) throw new Error(`Nobody expects ${name}`);
      return answer(input);
    },
  };
}

/** An error as the SDK throws it. */
export const awsError = (name: string): Error => Object.assign(new Error(name), { name });
