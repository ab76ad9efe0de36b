import { GetParametersCommand, type GetParametersCommandOutput } from "@aws-sdk/client-ssm";
import type { Client } from "./client.ts";

/** Returns the decrypted values of parameters by their names, of at most ten. A parameter that does not exist is left out. */
export async function readParameters(client: Client, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const command = new GetParametersCommand({ Names: [...names], WithDecryption: true });
  const { Parameters = [] } = (await client.send(command)) as GetParametersCommandOutput;
  return new Map(Parameters.map(({ Name = "", Value = "" }) => [Name, Value]));
}
