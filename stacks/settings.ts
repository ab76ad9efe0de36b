/** What differs between deployments: given in the environment of `sst deploy`, everything else is in the code. */
export interface Settings {
  /** Keeps the table, the files and the secret when a stack is removed. */
  production: boolean;
  /** The sender of mails; its domain or address must be verified in SES. */
  mailFrom: string;
  /** A name of our own for the API, with its certificate. */
  domain: { name: string; certificateArn: string } | undefined;
  /** Where people reach the system, for links in mails: the API's address where it is not said. */
  origin: string | undefined;
  /** Web origins that may call the API from a browser. */
  allowOrigins: readonly string[];
  /** Who gets mail when an alarm rings. */
  alarmsTo: string | undefined;
  /** A table that exists already, as after a restore, in place of one that the stack makes. */
  table: { arn: string; streamArn: string } | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings out of the environment; an error that says what to set where one is missing. */
export function settingsOf(stage: string, environment: Environment): Settings {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const both = (one: string, other: string): [string, string] | undefined => {
    const [first, second] = [read(one), read(other)];
    if ((first === undefined) !== (second === undefined))
      throw new Error(`${one} and ${other} go together: set both or neither.`);
    return first === undefined || second === undefined ? undefined : [first, second];
  };
  const mailFrom = read("CRM_MAIL_FROM");
  if (!mailFrom?.includes("@")) throw new Error("CRM_MAIL_FROM must be the address that mails come from, verified in SES.");
  const domain = both("CRM_DOMAIN", "CRM_CERTIFICATE_ARN");
  const table = both("CRM_TABLE_ARN", "CRM_TABLE_STREAM_ARN");
  return {
    production: stage === "production",
    mailFrom,
    domain: domain && { name: domain[0], certificateArn: domain[1] },
    origin: read("CRM_ORIGIN"),
    allowOrigins: read("CRM_ALLOW_ORIGINS")?.split(/[\s,]+/) ?? ["*"],
    alarmsTo: read("CRM_ALARMS_TO"),
    table: table && { arn: table[0], streamArn: table[1] },
  };
}
