/** What a user recognizes of a device by the `User-Agent` of its session. */
interface Device {
  /** `Firefox`, or the name of a program. */
  readonly browser: string;
  /** `Windows`. Empty if the text does not tell. */
  readonly system: string;
}

/** In this order, because browsers name those that they resemble. */
const browsers: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bEdgA?\/|\bEdgiOS\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bChrome\/|\bCriOS\/|\bHeadlessChrome\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];

const systems: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

const findName = (agent: string, names: typeof browsers): string | undefined =>
  names.find(([pattern]) => pattern.test(agent))?.[1];

/** Describes a `User-Agent`. A program is named by its first word: `curl/8.5.0` is `curl`. */
export function describeDevice(agent: string | null): Device {
  const text = agent ?? "";
  const program = /^[\w .-]{1,40}(?=\/)/.exec(text)?.[0] ?? "";
  const browser = findName(text, browsers) ?? (program === "Mozilla" ? "" : program);
  return { browser, system: findName(text, systems) ?? "" };
}
