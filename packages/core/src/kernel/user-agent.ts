import { isbot } from "isbot";

/** Programs that open pages by themselves: crawlers, previews of links, scanners of mails. Phones of the brand Cubot have people behind them. */
const CRAWLERS =
  /(?<!cu)bot\b|(?<!cu)bot\/|crawl|spider|slurp|scrap(er|y)|preview|prefetch|headless|phantomjs|lighthouse|facebookexternalhit|embedly|pingdom|monitor|scanner|proofpoint|mimecast|barracuda|^whatsapp\/|existence discovery/i;

/** Returns whether a `User-Agent` names a program that opens pages by itself. What a server sends for its visitor is not one. */
export const isCrawler = (agent: string | undefined): boolean => CRAWLERS.test(agent ?? "");

/** Returns whether a `User-Agent` names any program that is no browser: a crawler, a library, a tool. */
export const isProgram = (agent: string | undefined): boolean => isCrawler(agent) || isbot(agent);
