import { usePorts } from "../../kernel/context.ts";
import { boxToken, type Host, throughBox } from "../../sign-in/box-link.ts";

/** Links by which whoever gets a mail says that the address is theirs. */

export interface Named {
  person: string;
  point: string;
  /** Of the code that was sent with it. */
  number: number;
  /** A keyed hash of what the mail was sent to. */
  value: string;
}

const NAME = "verification";

export const linkOf = async ({ person, point, number, value }: Named): Promise<string> =>
  `${usePorts().origin}/v/${await boxToken(NAME, JSON.stringify([person, point, number, value]))}`;

function read(said: string): Named {
  const [person, point, number, value] = JSON.parse(said) as [string, string, number, string];
  return { person, point, number, value };
}

export type Opened = Named & Host;

export const through = <T>(token: string, work: (open: Opened) => Promise<T>): Promise<T> =>
  throughBox(token, { name: NAME, read, counted: ({ point }) => point, limits: [30, 120] }, work);
