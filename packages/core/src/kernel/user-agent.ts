const BOTS =
  /bot\b|bot\/|crawl|spider|slurp|scrap(er|y)|preview|prefetch|headless|phantomjs|lighthouse|facebookexternalhit|embedly|pingdom|monitor|scanner|proofpoint|mimecast|barracuda/i;

/** Returns whether a `User-Agent` names a program that fetches pages by itself, such as a crawler or a mail scanner. */
export const isBot = (agent: string | undefined): boolean => BOTS.test(agent ?? "");
