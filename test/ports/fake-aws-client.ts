import type { Client } from "@crm/aws/client.ts";

/** A fake AWS client: it answers commands by their name and records them. */
export interface FakeClient extends Client {
  readonly commands: readonly { name: string; input: Record<string, unknown> }[];
}

/** The answer to each command, as a function of its input. */
type CommandAnswers<Inputs> = { readonly [Name in keyof Inputs]: (input: Inputs[Name]) => unknown };

/** Creates a fake client that knows these commands; any other command is a mistake of the adapter. */
export function createFakeClient<Inputs extends Record<string, object>>(answers: CommandAnswers<Inputs>): FakeClient {
  const sent: { name: string; input: Record<string, unknown> }[] = [];
  return {
    commands: sent,
    async send(command) {
      const name = command.constructor.name.replace(/Command$/, "");
      const { input } = command as { input: Record<string, unknown> & Inputs[string] };
      sent.push({ name, input });
      const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
      if (!answer) throw new Error(`The test has no answer for ${name}`);
      return answer(input);
    },
  };
}

/** An error in the form that the SDK throws. */
export const awsError = (name: string): Error => Object.assign(new Error(name), { name });
